using LightDfs.Ring;

namespace LightDfs.Repair;

/// <summary>Some of the partitions, a bit each. Not for several threads at once.</summary>
internal sealed class PartitionSet
{
    private const int Bytes = Partitions.Count / 8;
    private readonly byte[] _bits;

    private PartitionSet(byte[] bits) => _bits = bits;

    public static PartitionSet None() => new(new byte[Bytes]);

    public static PartitionSet All()
    {
        var all = None();
        all._bits.AsSpan().Fill(0xFF);
        return all;
    }

    /// <summary>The set that <see cref="Encoded"/> is of; false for bytes that are of none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out PartitionSet set)
    {
        set = new PartitionSet(bytes.ToArray());
        return bytes.Length == Bytes;
    }

    public bool IsEmpty => !_bits.AsSpan().ContainsAnyExcept((byte)0);

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var bits in _bits)
            {
                count += byte.PopCount(bits);
            }
            return count;
        }
    }

    /// <summary>The lowest bit of the first byte is partition 0.</summary>
    public ReadOnlyMemory<byte> Encoded => _bits;

    public bool Contains(int partition) => (_bits[partition >> 3] & (1 << (partition & 7))) != 0;

    public void Add(int partition) => _bits[partition >> 3] |= (byte)(1 << (partition & 7));

    public void Add(PartitionSet others)
    {
        for (var at = 0; at < Bytes; at++)
        {
            _bits[at] |= others._bits[at];
        }
    }

    public PartitionSet Copy() => new([.. _bits]);

    public void Remove(PartitionSet others)
    {
        for (var at = 0; at < Bytes; at++)
        {
            _bits[at] &= (byte)~others._bits[at];
        }
    }
}
