using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Storage;

/// <summary>What the index holds of one partition. Guarded by the index.</summary>
internal sealed class PartitionHoldings
{
    private readonly List<FileId> _ids = [];

    /// <summary>In id order. A partition is small (a hundred ids where ten million are held), so a sorted array is cheaper than a tree.</summary>
    public IReadOnlyList<FileId> Ids => _ids;

    public PartitionDigest Digest { get; private set; }

    public int Tombstones { get; private set; }

    public long Bytes { get; private set; }

    public void Add(FileId id) => _ids.Insert(~_ids.BinarySearch(id), id);

    public void Remove(FileId id) => _ids.RemoveAt(_ids.BinarySearch(id));

    /// <summary>Takes a stamp in.</summary>
    public void Count(ReplicaStamp stamp) => Count(stamp, 1);

    /// <summary>Takes it out again.</summary>
    public void Discount(ReplicaStamp stamp) => Count(stamp, -1);

    private void Count(ReplicaStamp stamp, int by)
    {
        Toggle(stamp);
        Tombstones += stamp.State == ReplicaState.Deleted ? by : 0;
        Bytes += stamp.Length * by;
    }

    private void Toggle(ReplicaStamp stamp) => Digest = stamp.State switch
    {
        ReplicaState.Present => Digest with { Present = Digest.Present ^ HashOf(stamp) },
        ReplicaState.Deleted when !stamp.IsForgotten => Digest with { Deleted = Digest.Deleted ^ HashOf(stamp) },
        _ => Digest,
    };

    private static UInt128 HashOf(ReplicaStamp stamp)
    {
        Span<byte> bytes = stackalloc byte[33];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, stamp.Id.Value);
        bytes[16] = (byte)stamp.State;
        BinaryPrimitives.WriteUInt128BigEndian(bytes[17..], stamp.Version);
        return XxHash128.HashToUInt128(bytes);
    }
}
