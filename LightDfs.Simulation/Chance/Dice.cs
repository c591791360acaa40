using System.IO.Hashing;
using System.Runtime.InteropServices;
using LightDfs.Testing.Chance;

namespace LightDfs.Simulation.Chance;

/// <summary>
/// One stream of a tree of chance that grows from one seed. A stream named from another one does not depend on what was drawn from that one, so
/// that a draw more in one place changes nothing in another.
/// </summary>
internal sealed class Dice(ulong seed) : SeededRandom(seed)
{
    private readonly ulong _seed = seed;

    public Dice Named(string name) => new(Mix(_seed ^ XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()))));

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Both ends can come.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Is(double likely) => Share() < likely;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromMilliseconds(Math.Round((most - least).TotalMilliseconds * Share()));

    /// <summary>Mostly near the shortest, sometimes near the longest.</summary>
    public TimeSpan Skewed(TimeSpan least, TimeSpan most) => least + TimeSpan.FromMilliseconds(Math.Round((most - least).TotalMilliseconds * Math.Pow(Share(), 4)));

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
