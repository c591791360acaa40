using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using LightDfs.Chance;

namespace LightDfs.Simulation.Chance;

/// <summary>
/// One stream of a tree of chance that grows from one seed (SplitMix64, Steele, Lea and Flood 2014). A stream named from another one does not depend on what was drawn from that one, so
/// that a draw more in one place changes nothing in another.
/// </summary>
internal sealed class Dice(ulong seed) : RandomSource
{
    private readonly ulong _seed = seed;
    private ulong _state = seed;

    public Dice Named(string name) => new(Mix(_seed ^ XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()))));

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Both ends can come.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>From 0 to below 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Is(double likely) => Share() < likely;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromMilliseconds(Math.Round((most - least).TotalMilliseconds * Share()));

    /// <summary>Mostly near the shortest, sometimes near the longest.</summary>
    public TimeSpan Skewed(TimeSpan least, TimeSpan most) => least + TimeSpan.FromMilliseconds(Math.Round((most - least).TotalMilliseconds * Math.Pow(Share(), 4)));

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

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

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
