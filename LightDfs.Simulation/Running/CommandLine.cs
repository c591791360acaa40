using System.Globalization;

namespace LightDfs.Simulation.Running;

/// <summary>What is to be run.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        "Usage: [--seed N | --seeds A..B | --twice A..B | --duration 10m [--seeds A..B]] [--workers N] [--until-failure] [--trace | --brief], or --scale 3,10,50";

    public ulong First { get; private init; } = 1;

    public ulong Last { get; private init; } = 20;

    /// <summary>New seeds are begun for so long, from the first one on; <see langword="null"/> for the seeds that were named.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>Processes that run seeds at the same time; <see langword="null"/> for this one only.</summary>
    public int? Workers { get; private init; }

    /// <summary>Whether two processes run each seed, whose traces must be equal.</summary>
    public bool IsTwice { get; private init; }

    /// <summary>Whether the first seed that fails ends it.</summary>
    public bool EndsAtFailure { get; private init; }

    /// <summary>Whether this process takes its seeds from another one.</summary>
    public bool IsWorker { get; private init; }

    /// <summary>Sizes of clusters to be measured, instead of seeds.</summary>
    public IReadOnlyList<int> Scale { get; private init; } = [];

    /// <summary>How many lines of the trace of a seed that fails are shown.</summary>
    public int LinesShown { get; private init; } = 60;

    /// <exception cref="FormatException">It says something else than <see cref="Usage"/>.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var parsed = new CommandLine();
        for (var at = 0; at < arguments.Length; at++)
        {
            parsed = arguments[at] switch
            {
                "--seed" => parsed with { First = Number(Value()), Last = Number(arguments[at]) },
                "--seeds" when Value().Split("..") is [var first, var last] => parsed with { First = Number(first), Last = Number(last) },
                "--twice" when Value().Split("..") is [var first, var last] => parsed with { First = Number(first), Last = Number(last), IsTwice = true },
                "--duration" => parsed with { Duration = DurationOf(Value()) },
                "--workers" => parsed with { Workers = (int)Math.Clamp(Number(Value()), 1, 256) },
                "--until-failure" => parsed with { EndsAtFailure = true },
                "--trace" => parsed with { LinesShown = int.MaxValue },
                "--brief" => parsed with { LinesShown = 0 },
                "--scale" => parsed with { Scale = [.. Value().Split(',').Select(size => (int)Math.Clamp(Number(size), 1, 10_000))] },
                "--worker" => parsed with { IsWorker = true },
                var other => throw new FormatException($"'{other}' is not understood. {Usage}"),
            };
            string Value() => ++at < arguments.Length ? arguments[at] : throw new FormatException($"A value is missing at the end. {Usage}");
        }
        return parsed.Duration is null || arguments.Contains("--seeds") ? parsed : parsed with { Last = ulong.MaxValue };
    }

    private static ulong Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{text}' is no number. {Usage}");

    private static TimeSpan DurationOf(string text) => text.Length > 1 && Number(text[..^1]) is var number
        ? text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => throw new FormatException($"'{text}' is no duration such as 90s, 10m or 8h. {Usage}"),
        }
        : throw new FormatException($"'{text}' is no duration such as 90s, 10m or 8h. {Usage}");
}
