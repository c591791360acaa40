namespace LightDfs;

/// <summary>One machine's view of the cluster at one moment.</summary>
public sealed record ClusterStatus
{
    /// <summary>Name of the cluster, from the options.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's id, 32 hexadecimal digits; <see langword="null"/> until one is drawn or adopted.</summary>
    public required string? ClusterId { get; init; }

    /// <summary>This machine's id; <see langword="null"/> until it has one.</summary>
    public required MachineId? Self { get; init; }

    /// <summary>
    /// True when this machine serves files: it has its id and everybody was asked once. It stays true when others do not answer, or refuse this machine's proof: it serves what it can, and
    /// <see cref="Problems"/> tells.
    /// </summary>
    public required bool IsReady { get; init; }

    /// <summary>Why it is not ready, as a sentence; <see langword="null"/> when it is.</summary>
    public required string? NotReadyBecause { get; init; }

    /// <summary>Machines that belong, down ones and listed addresses that never answered included (N).</summary>
    public required int Members { get; init; }

    /// <summary>Copies that each file has, the replica count or the number of members if that is smaller (R').</summary>
    public required int Copies { get; init; }

    /// <summary>Machines that must have a file on disk before a store is acknowledged (W).</summary>
    public required int WriteQuorum { get; init; }

    /// <summary>Fingerprint of the ring, 32 hexadecimal digits. Machines that agree on it place every file alike.</summary>
    public required string RingFingerprint { get; init; }

    /// <summary>
    /// How many of the 65,536 partitions have 0, 1, 2 and so on of their owners up: the entry at index k counts those with k, the last one those whose every copy (<see cref="Copies"/>) can be
    /// reached. It tells where copies belong; what a machine holds of a file tells <see cref="ICluster.ExplainAsync"/>.
    /// </summary>
    public required IReadOnlyList<int> PartitionsByLiveOwners { get; init; }

    /// <summary>The machines: known ones by id, then addresses that never answered.</summary>
    public required IReadOnlyList<MachineStatus> Machines { get; init; }

    /// <summary>How far this machine is with mending copies; what the others still have to do is in <see cref="Machines"/>.</summary>
    public required RepairStatus Repair { get; init; }

    /// <summary>
    /// What someone should look at, each a sentence with its remedy: machines that should answer and do not are among it, also those that refuse this one. Empty when all is well. One that said that
    /// it shuts down is given <see cref="LightDfsOptions.ReplaceAfter"/> for it, and 15 minutes where that is <see langword="null"/>.
    /// </summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
