using System.Numerics;
using System.Runtime.InteropServices;

namespace LightDfs.Ring;

/// <summary>Some of the partitions, a bit each. Not for several threads at once while it is changed.</summary>
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
            foreach (var bits in Words)
            {
                count += BitOperations.PopCount(bits);
            }
            return count;
        }
    }

    /// <summary>The lowest bit of the first byte is partition 0.</summary>
    public ReadOnlyMemory<byte> Encoded => _bits;

    // Their order does not matter to anything that is done with whole words.
    private Span<ulong> Words => MemoryMarshal.Cast<byte, ulong>(_bits.AsSpan());

    public bool Contains(int partition) => (_bits[partition >> 3] & (1 << (partition & 7))) != 0;

    public void Add(int partition) => _bits[partition >> 3] |= (byte)(1 << (partition & 7));

    public PartitionSet Copy() => new([.. _bits]);

    public void Add(PartitionSet others)
    {
        var words = Words;
        var with = others.Words;
        for (var at = 0; at < words.Length; at++)
        {
            words[at] |= with[at];
        }
    }

    public void Remove(PartitionSet others)
    {
        var words = Words;
        var with = others.Words;
        for (var at = 0; at < words.Length; at++)
        {
            words[at] &= ~with[at];
        }
    }

    /// <summary>Leaves what is in both.</summary>
    public void KeepOnly(PartitionSet others)
    {
        var words = Words;
        var with = others.Words;
        for (var at = 0; at < words.Length; at++)
        {
            words[at] &= with[at];
        }
    }
}
