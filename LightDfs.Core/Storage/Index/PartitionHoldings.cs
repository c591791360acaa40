using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Storage.Index;

/// <summary>What the index holds of one partition, in id order. Guarded by the index.</summary>
/// <remarks>A partition is small (150 ids where ten million are held), so a sorted array is cheaper than a tree or a hash table, and it grows by little.</remarks>
internal sealed class PartitionHoldings
{
    private IndexSlot[] _slots = [];
    private int _count;

    public PartitionDigest Digest { get; private set; }

    public int Tombstones { get; private set; }

    public long Bytes { get; private set; }

    public ReadOnlySpan<IndexSlot> Slots => _slots.AsSpan(0, _count);

    /// <summary>The slot of an id; a null reference when there is none. It moves when others are added or removed.</summary>
    public ref IndexSlot Find(FileId id)
    {
        var at = Search(id);
        return ref at >= 0 ? ref _slots[at] : ref System.Runtime.CompilerServices.Unsafe.NullRef<IndexSlot>();
    }

    public void Add(IndexSlot slot)
    {
        var at = ~Search(slot.Id);
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, _count + Math.Max(2, _count / 4));
        }
        Array.Copy(_slots, at, _slots, at + 1, _count - at);
        _slots[at] = slot;
        _count++;
    }

    public void Remove(FileId id)
    {
        var at = Search(id);
        Array.Copy(_slots, at + 1, _slots, at, --_count - at);
        _slots[_count] = default;
    }

    /// <summary>Takes a slot into digest and sums.</summary>
    public void Count(in IndexSlot slot) => Count(slot, 1);

    /// <summary>Takes it out again.</summary>
    public void Discount(in IndexSlot slot) => Count(slot, -1);

    private void Count(in IndexSlot slot, int by)
    {
        Toggle(slot);
        Tombstones += slot.State == ReplicaState.Deleted ? by : 0;
        Bytes += slot.Length * by;
    }

    private void Toggle(in IndexSlot slot) => Digest = slot.State switch
    {
        ReplicaState.Present => Digest with { Present = Digest.Present ^ HashOf(slot) },
        ReplicaState.Deleted when !slot.IsForgotten => Digest with { Deleted = Digest.Deleted ^ HashOf(slot) },
        _ => Digest,
    };

    private int Search(FileId id)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _slots[middle].Id.Value;
            if (found == id.Value)
            {
                return middle;
            }
            if (found < id.Value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return ~low;
    }

    private static UInt128 HashOf(in IndexSlot slot)
    {
        Span<byte> bytes = stackalloc byte[33];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, slot.Id.Value);
        bytes[16] = (byte)slot.State;
        BinaryPrimitives.WriteUInt128BigEndian(bytes[17..], slot.Version);
        return XxHash128.HashToUInt128(bytes);
    }
}
