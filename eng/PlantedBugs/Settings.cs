using System.Globalization;

namespace PlantedBugs;

/// <summary>What is tried, and with how many seeds.</summary>
internal sealed record Settings
{
    private const string Usage = "Usage: [--only NAME] [--seeds A..B] [--workers N] [--without]";

    /// <summary>The bugs, in order of their names.</summary>
    public required IReadOnlyList<Bug> Bugs { get; init; }

    /// <summary>The seeds, of which the first is tried first; a bug that none of them shows is not caught.</summary>
    public string Seeds { get; init; } = "1..1000";

    public int Workers { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Whether the same seeds are run without any bug first, and must all hold.</summary>
    public bool TriesWithout { get; init; }

    /// <exception cref="FormatException">It says something else than the usage.</exception>
    public static Settings Parse(string[] arguments)
    {
        var settings = new Settings { Bugs = Bug.All };
        for (var at = 0; at < arguments.Length; at++)
        {
            settings = arguments[at] switch
            {
                "--without" => settings with { TriesWithout = true },
                "--seeds" => settings with { Seeds = Value() },
                "--workers" when int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var workers) => settings with { Workers = workers },
                "--only" => settings with { Bugs = Named(Value()) },
                var other => throw new FormatException($"'{other}' is not understood. {Usage}"),
            };
            string Value() => ++at < arguments.Length ? arguments[at] : throw new FormatException($"A value is missing at the end. {Usage}");
        }
        return settings;
    }

    private static List<Bug> Named(string part)
    {
        var bugs = Bug.All.Where(bug => bug.Name.Contains(part, StringComparison.Ordinal)).ToList();
        return bugs.Count > 0 ? bugs : throw new FormatException($"No bug is called '{part}'. There are: {string.Join(", ", Bug.All.Select(bug => bug.Name))}.");
    }
}
