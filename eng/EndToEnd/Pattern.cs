using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace EndToEnd;

/// <summary>A content of any length in which each byte follows from its place, so that any range of it can be checked without having it.</summary>
internal static class Pattern
{
    private const int Block = 64 * 1024;

    public static void Fill(Span<byte> to, long offset)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < to.Length;)
        {
            var (number, within) = Math.DivRem(offset + i, sizeof(ulong));
            BinaryPrimitives.WriteUInt64LittleEndian(word, Mix((ulong)number));
            var count = Math.Min(sizeof(ulong) - (int)within, to.Length - i);
            word.Slice((int)within, count).CopyTo(to[i..]);
            i += count;
        }
    }

    public static bool IsAt(ReadOnlySpan<byte> bytes, long offset)
    {
        var expected = new byte[bytes.Length];
        Fill(expected, offset);
        return bytes.SequenceEqual(expected);
    }

    /// <summary>SHA-256 of the first bytes.</summary>
    public static string Sha256(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Block];
        for (long at = 0; at < length; at += Block)
        {
            var count = (int)Math.Min(Block, length - at);
            Fill(block.AsSpan(0, count), at);
            hash.AppendData(block, 0, count);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The first bytes as a body that does not tell its length.</summary>
    public static HttpContent OfUnknownLength(long length) => new Body(length);

    // SplitMix64, after Steele, Lea and Flood (OOPSLA 2014).
    private static ulong Mix(ulong number)
    {
        var mixed = (number + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private sealed class Body(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[Block];
            for (long at = 0; at < length; at += Block)
            {
                var count = (int)Math.Min(Block, length - at);
                Fill(block.AsSpan(0, count), at);
                await stream.WriteAsync(block.AsMemory(0, count));
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }
}
