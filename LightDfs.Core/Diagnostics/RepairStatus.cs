namespace LightDfs;

/// <summary>
/// How far one machine is with bringing copies in line with what they should be. Each machine tells its own part; together they are the whole cluster's.
/// </summary>
public sealed record RepairStatus
{
    /// <summary>When its last pass over all that it holds began, by its clock, UTC; <see langword="null"/> before the first.</summary>
    public required DateTimeOffset? LastPass { get; init; }

    /// <summary>When the pass that is under way began, by its clock, UTC; <see langword="null"/> between passes. All other numbers but those of what was sent are the last pass's until it ends.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>True when that pass compared with every other owner, and found nothing to do: then all that this machine holds has all its copies, and is where it belongs.</summary>
    public required bool IsDone { get; init; }

    /// <summary>
    /// Copies that other machines lack, and that this one has still to send. What clients wrote or deleted here in the last 60 to 80 seconds is not counted, nor sent: others may be getting it at
    /// this moment.
    /// </summary>
    public required long Missing { get; init; }

    /// <summary>Replicas and tombstones here that belong elsewhere, and are let go of once all owners have confirmed them.</summary>
    public required long Strays { get; init; }

    /// <summary>Replicas and tombstones that others took from this machine since its start.</summary>
    public required long SentCopies { get; init; }

    /// <summary>Content bytes of those.</summary>
    public required long SentBytes { get; init; }

    /// <summary>
    /// Partitions by copies that were found equal: at index k those with k of them, the last one those with all. Counted are the partitions of which anything is held and of which this machine is
    /// the first living owner, so that over all machines each is counted once. Empty before the first pass.
    /// </summary>
    public required IReadOnlyList<long> PartitionsByCopies { get; init; }

    /// <summary>The replicas in those partitions, files and pieces of large files, counted alike. One that differs counts for all of its partition, so this is the lower bound.</summary>
    public required IReadOnlyList<long> ReplicasByCopies { get; init; }

    /// <summary>Machines that could not be compared with, or did not take copies, by id, each with the reason; and this machine itself, when its own pass broke off.</summary>
    public required IReadOnlyDictionary<MachineId, string> Unreached { get; init; }
}
