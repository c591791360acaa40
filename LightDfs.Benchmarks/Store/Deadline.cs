using System.Diagnostics;

namespace LightDfs.Benchmarks.Store;

/// <summary>When a turn ends.</summary>
internal readonly struct Deadline(double seconds)
{
    private readonly long _end = seconds >= long.MaxValue / (double)Stopwatch.Frequency ? long.MaxValue : Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);

    /// <summary>Never.</summary>
    public static Deadline Never { get; } = new(double.PositiveInfinity);

    public bool IsOver => Stopwatch.GetTimestamp() >= _end;
}
