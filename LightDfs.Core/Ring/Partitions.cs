using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Ring;

/// <summary>The hash space is a ring of 65,536 equal arcs, the partitions. Fixed for ever: it is a wire contract.</summary>
public static class Partitions
{
    /// <summary>Bits of the hash that name a partition.</summary>
    public const int Bits = 16;

    /// <summary>Number of partitions; they are numbered from 0.</summary>
    public const int Count = 1 << Bits;

    /// <summary>The partition of a file: the top 16 bits of XxHash3 (64 bits, seed 0) over the id's 16 big-endian bytes.</summary>
    public static int Of(FileId file)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, file.Value);
        return (int)(XxHash3.HashToUInt64(bytes) >> (64 - Bits));
    }
}
