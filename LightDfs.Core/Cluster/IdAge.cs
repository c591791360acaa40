using LightDfs.Files;

namespace LightDfs.Cluster;

/// <summary>
/// Until when a client's new file may be stored under an id. Segments without a file are collected, and tombstones forgotten, by the age of ids; so an id must not come to life
/// when that has begun. The limit is half of what collecting waits.
/// </summary>
internal sealed class IdAge(TimeSpan abandonedAfter, TimeProvider time)
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    public TimeSpan Limit { get; } = abandonedAfter / 2;

    /// <summary>When what was left of a store that never ended may be collected.</summary>
    public TimeSpan AbandonedAfter { get; } = abandonedAfter;

    /// <summary>True for an id of the future, which would never be too old, nor abandoned: no clock that works is a day ahead.</summary>
    public bool IsAhead(FileId file) => file.Created - time.GetUtcNow() > MostAhead;

    public bool IsTooOld(FileId file) => time.GetUtcNow() - file.Created > Limit;

    /// <summary>By a clock that nobody sets: how long a store has run.</summary>
    public bool IsTooLong(TimeSpan elapsed) => elapsed > Limit;

    public bool IsAbandoned(FileId file) => time.GetUtcNow() - file.Created > AbandonedAfter;
}
