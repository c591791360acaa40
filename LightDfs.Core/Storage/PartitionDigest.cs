namespace LightDfs.Storage;

/// <summary>
/// Digest of what is held of one partition: for present and for deleted each the XOR, over its replicas, of XxHash128 (seed 0) over id (16 bytes
/// big-endian), state (1 byte) and version (16 bytes big-endian, zero for a tombstone). Damaged replicas and forgotten tombstones are in neither.
/// </summary>
public readonly record struct PartitionDigest(UInt128 Present, UInt128 Deleted);
