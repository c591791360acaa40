using LightDfs.Storage.Volumes;

namespace LightDfs.Storage.Index;

/// <summary>What is held under an id.</summary>
/// <param name="Stamp">What it is.</param>
/// <param name="Generation">Which of the things ever held under that id; for what is in a volume, its sequence number.</param>
/// <param name="ExpiresAt">When the file expires; <see langword="null"/> for never.</param>
/// <param name="Place">Where in which volume; the default for what has a file of its own.</param>
internal readonly record struct HeldReplica(ReplicaStamp Stamp, long Generation, DateTimeOffset? ExpiresAt, VolumePlace Place);

/// <summary>Sums over everything held.</summary>
internal readonly record struct IndexTotals(long Replicas, long Damaged, long Tombstones, long Bytes);
