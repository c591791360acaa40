namespace LightDfs;

/// <summary>One machine as another one sees it.</summary>
public sealed record MachineStatus
{
    /// <summary>Its id; <see langword="null"/> for a listed address that never answered.</summary>
    public required MachineId? Id { get; init; }

    /// <summary>Its known addresses, the best first.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>True for the machine that tells this.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>Whether it answers.</summary>
    public required MachineState State { get; init; }

    /// <summary>Why it is in this state, as a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>Since when, UTC; <see langword="null"/> for an address that never answered.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>When its present run started, by its own clock, UTC; <see langword="null"/> before it told.</summary>
    public required DateTimeOffset? Started { get; init; }

    /// <summary>True when it serves files, as it last told: it has its id and a cluster, and has asked everybody once.</summary>
    public required bool IsServing { get; init; }

    /// <summary>Its zone.</summary>
    public required string Zone { get; init; }

    /// <summary>Its weight; 0 while unknown.</summary>
    public required int Weight { get; init; }

    /// <summary>How many of the 65,536 partitions it owns a copy of.</summary>
    public required int OwnedPartitions { get; init; }

    /// <summary>Replicas it holds, damaged ones counted, as it last told; <see langword="null"/> before it did.</summary>
    public required long? Replicas { get; init; }

    /// <summary>Replicas among them that it knows to be damaged, as it last told; <see langword="null"/> before it did.</summary>
    public required long? Damaged { get; init; }

    /// <summary>
    /// Since when, by its own clock, UTC, every replica it holds has been verified at least once, or is newer: nothing is unverified for longer. As it last told; <see langword="null"/>
    /// before it told, or while it does not know, as until its first scrub is through.
    /// </summary>
    public required DateTimeOffset? VerifiedSince { get; init; }

    /// <summary>Tombstones it holds, as it last told; <see langword="null"/> before it did.</summary>
    public required long? Tombstones { get; init; }

    /// <summary>Content bytes it holds, as it last told; <see langword="null"/> before it did.</summary>
    public required long? Bytes { get; init; }

    /// <summary>
    /// Bytes that its disk can still take above the reserve, as it last told; 0 when full, <see cref="long.MaxValue"/> where nothing limits it, <see langword="null"/> before it told.
    /// </summary>
    public required long? FreeBytes { get; init; }

    /// <summary>True when its disk takes no more files, as it last told.</summary>
    public required bool IsFull { get; init; }

    /// <summary>Why its store takes and confirms nothing until it is restarted, as it last told; <see langword="null"/> while it works.</summary>
    public required string? Failure { get; init; }

    /// <summary>Settings that must be equal on all machines, and differ from this machine's, such as "Replicas 2 (here 3)"; <see langword="null"/> when none is known to.</summary>
    public required string? DifferentSettings { get; init; }

    /// <summary>How far its clock is ahead of this machine's, to about the time of one request; <see langword="null"/> while unknown.</summary>
    public required TimeSpan? ClockAhead { get; init; }

    /// <summary>What is wanted of it; <see langword="null"/> for a listed address that never answered.</summary>
    public MachineIntent? Intent { get; init; }

    /// <summary>True when more than half of the machines had not reached it for <see cref="LightDfsOptions.ReplaceAfter"/>, so that its copies are made elsewhere.</summary>
    public bool IsOut { get; init; }

    /// <summary>Until when it is away on purpose, UTC; <see langword="null"/> when it is not.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>True while it shuts down, as it last told.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Replicas and tombstones that it holds without owning them, and has to hand over, as it last told; <see langword="null"/> before it did.</summary>
    public long? Strays { get; init; }

    /// <summary>Copies that it knows to be missing elsewhere, and has to send, as it last told; <see langword="null"/> before it did.</summary>
    public long? Missing { get; init; }

    /// <summary>Replicas that it has set aside, as it last told; <see langword="null"/> before it did.</summary>
    public long? SetAside { get; init; }

    /// <summary>When the last round that it finished began, by its own clock, UTC; <see langword="null"/> before it finished one.</summary>
    public DateTimeOffset? RoundBegun { get; init; }

}
