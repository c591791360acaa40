using System.Globalization;

namespace LightDfs.Simulation.Running;

/// <summary>What is to be run.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        "Usage: [--seed N | --seeds A..B | --twice A..B | --duration 10m [--seeds A..B]] [--workers N] [--until-failure] [--trace | --brief], or --scale 3,10,50";

    /// <summary>Of fewer machines none is replaced when it is lost, which is one of the things that are measured: two and the one that comes hold all copies only together.</summary>
    private const int SmallestScale = 3;

    private const ulong MostOfDuration = 1_000_000;

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
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var option))
        {
            parsed = option switch
            {
                "--seed" when Number(option, Value()) is var seed => parsed.Of((seed, seed)),
                "--seeds" => parsed.Of(Seeds(option, Value())),
                "--twice" => parsed.Of(Seeds(option, Value())) with { IsTwice = true },
                "--duration" => parsed with { Duration = DurationOf(option, Value()) },
                "--workers" => parsed with { Workers = (int)Number(option, Value(), 1, 256) },
                "--until-failure" => parsed with { EndsAtFailure = true },
                "--trace" => parsed with { LinesShown = int.MaxValue },
                "--brief" => parsed with { LinesShown = 0 },
                "--scale" => parsed with { Scale = [.. Value().Split(',').Select(size => (int)Number(option, size, SmallestScale, 10_000))] },
                "--worker" => parsed with { IsWorker = true },
                _ => throw new FormatException($"'{option}' is no option. {Usage}"),
            };
            string Value() => rest.TryDequeue(out var value) ? value : throw new FormatException($"{option} lacks its value. {Usage}");
        }
        return parsed.Duration is null || arguments.Contains("--seeds") ? parsed : parsed with { Last = ulong.MaxValue };
    }

    private CommandLine Of((ulong First, ulong Last) seeds) => this with { First = seeds.First, Last = seeds.Last };

    private static (ulong First, ulong Last) Seeds(string option, string text) =>
        text.Split("..") is [var from, var to] && Number(option, from) is var first && Number(option, to) is var last && first <= last
            ? (first, last)
            : throw new FormatException($"{option} takes a first and a last seed, such as 1..20, and not '{text}'. {Usage}");

    private static ulong Number(string option, string text, ulong least = 0, ulong most = ulong.MaxValue) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a number from {least} to {most}, and not '{text}'. {Usage}"));

    private static TimeSpan DurationOf(string option, string text) => text.Length > 1 && ulong.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostOfDuration
        ? text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => throw NoDuration(option, text),
        }
        : throw NoDuration(option, text);

    private static FormatException NoDuration(string option, string text) => new($"{option} takes a duration such as 90s, 10m or 8h, and not '{text}'. {Usage}");
}
