namespace LightDfs.Storage;

/// <summary>A partition of which something is held, with its digest.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Digest">Its digest; the default where only damaged replicas or forgotten tombstones are held.</param>
/// <param name="Replicas">Replicas held of it, damaged ones counted.</param>
/// <param name="Tombstones">Tombstones held of it, forgotten ones counted.</param>
/// <param name="Bytes">Content bytes of its replicas.</param>
public readonly record struct HeldPartition(int Partition, PartitionDigest Digest, int Replicas, int Tombstones, long Bytes);
