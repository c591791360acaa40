namespace LightDfs.Storage;

/// <summary>What can be set aside. The same for every store.</summary>
internal static class SetAsideRule
{
    /// <exception cref="ArgumentException">It is no replica, or one whose version is not known.</exception>
    public static void Check(ReplicaStamp held)
    {
        if (held.State is not (ReplicaState.Present or ReplicaState.Damaged) || held.Version == 0)
        {
            throw new ArgumentException($"What is held of '{held.Id}' ({held.State}) is no replica of a known version, so there is nothing to set aside.", nameof(held));
        }
    }
}
