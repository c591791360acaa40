namespace LightDfs.Benchmarks.Load;

/// <summary>What the generator is to do; one line of JSON.</summary>
internal sealed record Order
{
    /// <summary>Such as 127.0.0.1:5000. Connections are dealt out to them in turn.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Connections, each with one request in flight.</summary>
    public required int AtOnce { get; init; }

    /// <summary>No request begins later than this. Each connection makes at least one.</summary>
    public required double Seconds { get; init; }

    /// <summary>No more requests than these begin, all connections together.</summary>
    public long MaxRequests { get; init; } = long.MaxValue;

    /// <summary>Bytes of each body, sent or expected.</summary>
    public required long Size { get; init; }

    /// <summary>Files to read; <see langword="null"/> to store new ones.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Whether the ids of what was stored are told.</summary>
    public bool KeepIds { get; init; }
}

/// <summary>What came of an order; one line of JSON.</summary>
internal sealed record Outcome
{
    /// <summary>Requests that were answered as they should be.</summary>
    public required long Requests { get; init; }

    /// <summary>From the first request to the last answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>Milliseconds that half, and 99 of 100, of the requests took at most.</summary>
    public required double P50 { get; init; }

    public required double P99 { get; init; }

    /// <summary>Requests that failed in any way.</summary>
    public required long Errors { get; init; }

    public required string? FirstError { get; init; }

    /// <summary>Of the generator itself.</summary>
    public required double CpuSeconds { get; init; }

    public required IReadOnlyList<string> Ids { get; init; }
}
