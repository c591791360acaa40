using System.Globalization;

namespace LightDfs.Benchmarks.Cases;

/// <summary>How to measure, and what.</summary>
internal sealed record RunSettings
{
    /// <summary>Names of cases, or parts of them; none means all.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>How often each target has its turn.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Length of a turn.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>
    /// Seconds of load for each machine before the first turn: until the runtime has compiled the paths again with what it learned, they cost several times as much, and machines that share the processors take longer.
    /// </summary>
    public double WarmUp { get; init; } = 10;

    /// <summary>Variants of the limit app, in place of those that each case names.</summary>
    public IReadOnlyList<string>? Limits { get; init; }

    /// <summary>Adds the file of 10 GiB.</summary>
    public bool Large { get; init; }

    /// <summary>Where data goes: it must be a disk.</summary>
    public string Folder { get; init; } = Path.GetFullPath("artifacts/benchmarks/data");

    /// <summary>Where the report goes.</summary>
    public string Out { get; init; } = Path.GetFullPath("artifacts/benchmarks");

    /// <exception cref="ArgumentException">There is no such option, or no such value.</exception>
    public static RunSettings Parse(string[] options)
    {
        var settings = new RunSettings();
        for (var i = 0; i < options.Length; i++)
        {
            settings = options[i] switch
            {
                "--large" => settings with { Large = true },
                "--case" when i + 1 < options.Length => settings with { Cases = [.. settings.Cases, options[++i]] },
                "--rounds" when i + 1 < options.Length => settings with { Rounds = int.Parse(options[++i], CultureInfo.InvariantCulture) },
                "--seconds" when i + 1 < options.Length => settings with { Seconds = double.Parse(options[++i], CultureInfo.InvariantCulture) },
                "--warm-up" when i + 1 < options.Length => settings with { WarmUp = double.Parse(options[++i], CultureInfo.InvariantCulture) },
                "--limits" when i + 1 < options.Length => settings with { Limits = options[++i].Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--folder" when i + 1 < options.Length => settings with { Folder = Path.GetFullPath(options[++i]) },
                "--out" when i + 1 < options.Length => settings with { Out = Path.GetFullPath(options[++i]) },
                var unknown => throw new ArgumentException(
                    $"'{unknown}' is no option of cluster, or lacks its value. Options: --case TEXT, --rounds N, --seconds N, --warm-up N, --limits http,file,named,log (some of them), --large, --folder DIR, --out DIR."),
            };
        }
        return settings.Rounds >= 1 && settings.Seconds > 0 && settings.WarmUp >= 0
            ? settings
            : throw new ArgumentException("There is at least one round, a turn takes more than 0 seconds, and a warm-up 0 or more.");
    }

    /// <summary>True where a wanted part is the name, or, if it is the name of none, begins a word of it: "4 KiB" is not "64 KiB".</summary>
    public bool Wants(string name) =>
        Cases.Count == 0 || Cases.Any(part => AllCases.List().Any(known => known.Name == part) ? part == name : BeginsWordOf(part, name));

    private static bool BeginsWordOf(string part, string name)
    {
        for (var at = -1; (at = name.IndexOf(part, at + 1, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            if (at == 0 || !char.IsAsciiLetterOrDigit(name[at - 1]))
            {
                return true;
            }
        }
        return false;
    }
}
