using System.Buffers.Binary;
using LightDfs.Chance;

namespace LightDfs.Testing.Chance;

/// <summary>The same numbers on every run: SplitMix64, after Steele, Lea and Flood (OOPSLA 2014). Not for several threads at once.</summary>
internal class SeededRandom(ulong seed) : RandomSource
{
    private ulong _state = seed;

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>From 0 to below 1: the top 53 bits.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public override void Fill(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        while (!buffer.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            var length = Math.Min(buffer.Length, word.Length);
            word[..length].CopyTo(buffer);
            buffer = buffer[length..];
        }
    }

    protected static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
