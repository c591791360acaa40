using LightDfs.Benchmarks.Load;

namespace LightDfs.Benchmarks.Reports;

/// <summary>What one target did in one turn.</summary>
internal sealed record Turn
{
    public required double PerSecond { get; init; }

    public required double MiBPerSecond { get; init; }

    /// <summary>Milliseconds.</summary>
    public required double P50 { get; init; }

    public required double P99 { get; init; }

    /// <summary>Microseconds of processor that the target's processes used for a request, background work included.</summary>
    public required double CpuPerRequest { get; init; }

    /// <summary>Bytes that the target's processes allocated for a request, background work included.</summary>
    public required double AllocatedPerRequest { get; init; }

    /// <summary>Processors that the generator used, and that everybody else used, the kernel's own work for our disk included.</summary>
    public required double CpuOfLoad { get; init; }

    public required double CpuOfOthers { get; init; }

    public required long Requests { get; init; }

    public required long Errors { get; init; }

    public required string? FirstError { get; init; }

    /// <summary>Why this turn is not counted; <see langword="null"/> when it is.</summary>
    public required string? NotCounted { get; init; }

    public static Turn Of(Outcome outcome, long size, double cpu, double cpuOfAll, long allocated, string? notCounted) => new()
    {
        PerSecond = outcome.Requests / outcome.Seconds,
        MiBPerSecond = outcome.Requests / outcome.Seconds * size / Cases.Sizes.MiB,
        P50 = outcome.P50,
        P99 = outcome.P99,
        CpuPerRequest = outcome.Requests == 0 ? 0 : cpu / outcome.Requests * 1e6,
        AllocatedPerRequest = outcome.Requests == 0 ? 0 : (double)allocated / outcome.Requests,
        CpuOfLoad = outcome.CpuSeconds / outcome.Seconds,
        CpuOfOthers = Math.Max(0, cpuOfAll - cpu - outcome.CpuSeconds) / outcome.Seconds,
        Requests = outcome.Requests,
        Errors = outcome.Errors,
        FirstError = outcome.FirstError,
        NotCounted = notCounted ?? (outcome.Requests == 0 ? "no request succeeded" : null),
    };
}
