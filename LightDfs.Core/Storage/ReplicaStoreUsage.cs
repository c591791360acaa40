namespace LightDfs.Storage;

/// <summary>How full a store is, and whether it still works.</summary>
/// <param name="Replicas">Replicas held, damaged ones counted, tombstones not.</param>
/// <param name="Damaged">Replicas among them that are known to be damaged.</param>
/// <param name="Tombstones">Tombstones held.</param>
/// <param name="Bytes">Content bytes of all replicas.</param>
/// <param name="FreeBytes">Bytes that can still be written above the reserve; 0 when full, <see cref="long.MaxValue"/> where nothing limits it.</param>
/// <param name="IsFull">True before the reserve is touched: the machine should not be chosen for new files.</param>
/// <param name="Failure">Why the store takes and confirms nothing until it is restarted; <see langword="null"/> while it works.</param>
public readonly record struct ReplicaStoreUsage(long Replicas, long Damaged, long Tombstones, long Bytes, long FreeBytes, bool IsFull, string? Failure)
{
    /// <summary>What goes wrong with work in the background that keeps the store tidy, as a sentence; <see langword="null"/> while all goes well. What is held is not concerned.</summary>
    public string? Trouble { get; init; }
}
