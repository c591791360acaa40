using LightDfs.Benchmarks.Limit;
using LightDfs.Benchmarks.Options;

namespace LightDfs.Benchmarks.Cases;

/// <summary>How to measure, and what.</summary>
internal sealed record RunSettings
{
    private const int DefaultRounds = 5;
    private const double DefaultSeconds = 2;
    private const double DefaultWarmUp = 10;

    /// <summary>Names of cases, or parts of them; none means all.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>How often each target has its turn.</summary>
    public int Rounds { get; init; } = DefaultRounds;

    /// <summary>Length of a turn.</summary>
    public double Seconds { get; init; } = DefaultSeconds;

    /// <summary>
    /// Seconds of load for each machine before the first turn: until the runtime has compiled the paths again with what it learned, they cost several times as much, and machines that share the processors take longer.
    /// </summary>
    public double WarmUp { get; init; } = DefaultWarmUp;

    /// <summary>Variants of the limit app, in place of those that each case names.</summary>
    public IReadOnlyList<string>? Limits { get; init; }

    /// <summary>Adds the file of 10 GiB.</summary>
    public bool Large { get; init; }

    /// <summary>Where data goes: it must be a disk.</summary>
    public string Folder { get; init; } = Path.GetFullPath("artifacts/benchmarks/data");

    /// <summary>Where the report goes.</summary>
    public string Out { get; init; } = Path.GetFullPath("artifacts/benchmarks");

    /// <summary>Beside the goal of a run that is over sooner than it should be; nothing for others.</summary>
    public string Caution => this is { Rounds: >= DefaultRounds, Seconds: >= DefaultSeconds, WarmUp: >= DefaultWarmUp } ? "" : " (shorter than the defaults: says little)";

    /// <exception cref="WrongOptionException">There is no such option, or no such value.</exception>
    public static RunSettings Parse(string[] options)
    {
        var settings = new RunSettings();
        var reader = new OptionReader("cluster", options);
        while (reader.Next())
        {
            settings = reader.Option switch
            {
                "--large" => settings with { Large = true },
                "--case" => settings with { Cases = [.. settings.Cases, reader.Value()] },
                "--rounds" => settings with { Rounds = reader.Number(least: 1) },
                "--seconds" => settings with { Seconds = reader.Seconds(0, isMore: true) },
                "--warm-up" => settings with { WarmUp = reader.Seconds(0) },
                "--limits" => settings with { Limits = reader.SomeOf(LimitApp.Variants) },
                "--folder" => settings with { Folder = Path.GetFullPath(reader.Value()) },
                "--out" => settings with { Out = Path.GetFullPath(reader.Value()) },
                _ => throw reader.Unknown(),
            };
        }
        return settings;
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
