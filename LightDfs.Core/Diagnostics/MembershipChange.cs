namespace LightDfs;

/// <summary>A change of who belongs to the cluster, or of what is wanted of a machine: made by one of the methods here, planned and applied by <see cref="ICluster"/>.</summary>
public sealed class MembershipChange
{
    private MembershipChange(MembershipChangeKind kind, MachineId machine)
    {
        Kind = kind;
        Machine = machine;
    }

    /// <summary>The machine concerned; the default, which is none, for a merge of two clusters.</summary>
    public MachineId Machine { get; }

    internal MembershipChangeKind Kind { get; }

    internal MachineId? By { get; private init; }

    internal TimeSpan Duration { get; private init; }

    internal string Address { get; private init; } = "";

    internal bool AcceptsSilence { get; private init; }

    internal string? ClusterId { get; private init; }

    /// <summary>The machine hands over all that it holds, and gets nothing new; it goes on answering reads. When it holds nothing any more it can be stopped, or removed.</summary>
    /// <param name="machine">Which.</param>
    public static MembershipChange Drain(MachineId machine) => new(MembershipChangeKind.Drain, machine);

    /// <summary>Ends a drain: the machine is a full member again.</summary>
    /// <param name="machine">Which.</param>
    public static MembershipChange CancelDrain(MachineId machine) => new(MembershipChangeKind.CancelDrain, machine);

    /// <summary>The machine belongs no more, for good: refused where others do not hold what it holds.</summary>
    /// <param name="machine">Which; one that is down too, when all others are up.</param>
    /// <param name="acceptSilence">
    /// True for one that is down, and lost for good, while others do not answer either. What machines hold that answer loses no copy by it; what only silent ones hold cannot be counted, and a
    /// file that only the removed one had is "not found" from then on, unless the machine is restored. Where the silent ones run, and are only cut off from here, they go on without this side:
    /// make sure that they do not. A machine that is up is not concerned: it is removed only where others hold what it holds.
    /// </param>
    public static MembershipChange Remove(MachineId machine, bool acceptSilence = false) => new(MembershipChangeKind.Remove, machine) { AcceptsSilence = acceptSilence };

    /// <summary>Another machine takes a dead one's place: the dead one is removed, and its copies are made anew.</summary>
    /// <param name="dead">A machine that is down.</param>
    /// <param name="by">An active machine that holds no files yet, damaged ones neither (deletes do not count); <see langword="null"/> for the one with an empty data directory at the dead one's address, which then gets an id of its own.</param>
    public static MembershipChange Replace(MachineId dead, MachineId? by = null) => new(MembershipChangeKind.Replace, dead) { By = by };

    /// <summary>
    /// A removed machine belongs again. Refused until it runs and holds no replicas any more: what it held may have been deleted since, and the delete forgotten. While it is removed, it sends
    /// home what others know, and sets aside the rest, from where you may restore it.
    /// </summary>
    /// <param name="machine">Which.</param>
    public static MembershipChange Restore(MachineId machine) => new(MembershipChangeKind.Restore, machine);

    /// <summary>The machine is away on purpose for a while, and is not replaced meanwhile (<see cref="LightDfsOptions.ReplaceAfter"/>). It ends by itself, or by <see cref="Back"/>.</summary>
    /// <param name="machine">Which; it must be up, for it is told.</param>
    /// <param name="duration">For how long, above zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is none, or too long.</exception>
    public static MembershipChange Away(MachineId machine, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromDays(30));
        return new(MembershipChangeKind.Away, machine) { Duration = duration };
    }

    /// <summary>Ends that a machine is away on purpose.</summary>
    /// <param name="machine">Which; it must be up, for it is told.</param>
    public static MembershipChange Back(MachineId machine) => new(MembershipChangeKind.Back, machine);

    /// <summary>
    /// This cluster, with all its machines and files, becomes part of another one that has the same key, name and settings, and goes by its id from then on. Nothing is lost by it: files are
    /// found from every machine of both, and move to their new owners in the background. It cannot be taken back.
    /// </summary>
    /// <param name="address">Where a machine of the other cluster is reached, in the form that peers are listed in. Once merged, the machines know each other; none has to be listed.</param>
    /// <param name="clusterId">The other cluster's id, as <see cref="ClusterStatus.ClusterId"/> has it, so that no wrong one is merged into; <see langword="null"/> for whichever is there.</param>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    public static MembershipChange MergeInto(string address, string? clusterId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return new(MembershipChangeKind.MergeInto, default) { Address = address, ClusterId = clusterId };
    }

    /// <summary>What it does, as words.</summary>
    public override string ToString() => Kind switch
    {
        MembershipChangeKind.CancelDrain => $"cancel the drain of machine '{Machine}'",
        MembershipChangeKind.Replace => $"replace machine '{Machine}'{(By is { } by ? $" by '{by}'" : "")}",
        MembershipChangeKind.Away => $"let machine '{Machine}' be away for {Duration:c}",
        MembershipChangeKind.Back => $"take machine '{Machine}' back",
        MembershipChangeKind.MergeInto => $"merge this cluster into {(ClusterId is { } id ? $"cluster {id}" : "the one")} at '{Address}'",
        _ => $"{Kind.ToString().ToLowerInvariant()} machine '{Machine}'",
    };
}
