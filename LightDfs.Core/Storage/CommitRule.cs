namespace LightDfs.Storage;

/// <summary>What a commit may do, given what is held. The same for every store.</summary>
internal static class CommitRule
{
    /// <summary>How the commit ends without storing anything; <see langword="null"/> when the replica is to be stored.</summary>
    public static CommitOutcome? Refusal(ReplicaStamp? held, UInt128 version) => held switch
    {
        null => null,
        { State: ReplicaState.Deleted } => CommitOutcome.Deleted,
        { State: ReplicaState.Damaged } damaged => damaged.Version == version || damaged.Version == 0 ? null : CommitOutcome.Conflict,
        { } present => present.Version == version ? CommitOutcome.AlreadyStored : CommitOutcome.Conflict,
    };
}
