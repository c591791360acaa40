namespace LightDfs.Storage;

/// <summary>What a commit may do, given what is held. The same for every store.</summary>
internal static class CommitRule
{
    /// <summary>How the commit ends without storing anything; <see langword="null"/> when the replica is to be stored.</summary>
    public static CommitOutcome? Refusal(ReplicaStamp? held, UInt128 version, CommitMode mode) => held switch
    {
        null => null,
        { State: ReplicaState.Deleted } => CommitOutcome.Deleted,
        { State: ReplicaState.Present } present when present.Version == version => CommitOutcome.AlreadyStored,
        { State: ReplicaState.Damaged } damaged when damaged.Version == version || damaged.Version == 0 => null,
        { } other => mode == CommitMode.Mend && version < other.Version ? null : CommitOutcome.Conflict,
    };

    /// <summary>True when what is held is another version, which makes room for this one and is kept aside.</summary>
    public static bool SetsAside(ReplicaStamp? held, UInt128 version) =>
        held is { State: not ReplicaState.Deleted } replica && replica.Version != 0 && replica.Version != version;
}
