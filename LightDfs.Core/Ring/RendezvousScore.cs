using System.IO.Hashing;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LightDfs.Ring;

/// <summary>How well a machine and a partition fit: a cost, of which the smallest wins. Integers only, so every machine computes the same.</summary>
/// <remarks>
/// <para>Rendezvous hashing (Thaler and Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998): each pair has a pseudo-random score and
/// the best machine of a partition owns it, so a machine that comes or goes disturbs no pair but its own. Weights by the logarithmic method
/// (Schindelhauer and Schomaker, SPAA 2005): with u uniform in (0, 1), -log(u)/weight is exponential with the weight as its rate, and the
/// least of several such numbers belongs to each machine with a probability in proportion to its weight.</para>
/// <para>The logarithm is a table of 1024 steps with linear interpolation, because floating-point logarithms may differ between platforms.
/// Table and arithmetic are a wire contract, pinned by vectors of an independent program.</para>
/// </remarks>
internal static class RendezvousScore
{
    /// <summary>2^64 divided by the golden ratio: spreads small consecutive numbers over all 64 bits.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15;

    private const int Steps = 1024;
    private const int FractionBits = 32;

    private static readonly ulong[] Log2Table = MakeTable();

    /// <summary>log2(1 + i/1024) in 1/2^32, truncated; 1025 entries.</summary>
    public static ReadOnlySpan<ulong> Table => Log2Table;

    public static ulong SeedOf(MachineId machine)
    {
        Span<byte> bytes = stackalloc byte[MachineId.Length];
        machine.WriteBytes(bytes);
        return XxHash3.HashToUInt64(bytes);
    }

    /// <summary>The weight as a factor, so that the inner loop multiplies instead of dividing.</summary>
    public static ulong InverseOf(int weight) => ulong.MaxValue / (ulong)weight;

    /// <summary>The part of the score that all machines share.</summary>
    public static ulong SpreadOf(int partition) => unchecked((ulong)(partition + 1) * Golden);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Cost(ulong seed, ulong inverseWeight, ulong spread) => CostOf(Mix(seed ^ spread), inverseWeight);

    /// <summary>The cost of a draw. With equal weights a greater draw never costs more, so most costs need not be known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CostOf(ulong draw, ulong inverseWeight) => Math.BigMul(NegLog2(draw) << 26, inverseWeight, out _);

    /// <summary>A bijection of 64 bits in which every input bit moves every output bit (the finaliser of MurmurHash3, Appleby).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong x)
    {
        unchecked
        {
            x ^= x >> 33;
            x *= 0xFF51AFD7ED558CCD;
            x ^= x >> 33;
            x *= 0xC4CEB9FE1A85EC53;
            return x ^ (x >> 33);
        }
    }

    /// <summary>-log2(u / 2^64) in 1/2^32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NegLog2(ulong u)
    {
        // With u = 0 or 1 the result would need 39 bits and overflow when Cost shifts it by 26.
        u |= 3;
        var zeros = BitOperations.LeadingZeroCount(u);
        var mantissa = u << zeros;
        var step = (int)(mantissa >> 53) & (Steps - 1);
        var fraction = (mantissa >> 21) & uint.MaxValue;
        var low = Log2Table[step];
        return ((ulong)(zeros + 1) << FractionBits) - (low + (((Log2Table[step + 1] - low) * fraction) >> FractionBits));
    }

    /// <summary>Binary logarithms bit by bit: squaring a number in [1, 2) doubles its logarithm, whose next bit says whether the square reached 2.</summary>
    private static ulong[] MakeTable()
    {
        var table = new ulong[Steps + 1];
        table[Steps] = 1UL << FractionBits;
        for (var step = 0; step < Steps; step++)
        {
            var number = (1UL << 63) + ((ulong)step << 53);
            for (var bit = 0; bit < FractionBits; bit++)
            {
                var square = (UInt128)number * number;
                var reached = (ulong)(square >> 127);
                table[step] = (table[step] << 1) | reached;
                number = (ulong)(square >> (63 + (int)reached));
            }
        }
        return table;
    }
}
