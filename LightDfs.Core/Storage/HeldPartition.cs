namespace LightDfs.Storage;

/// <summary>A partition of which something is held, with its digest.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Digest">Its digest; the default where only damaged replicas or forgotten tombstones are held.</param>
public readonly record struct HeldPartition(int Partition, PartitionDigest Digest);
