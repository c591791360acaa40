using LightDfs.Ring;

namespace LightDfs.Testing.Conformance;

/// <summary>Memberships for the ring's conformance checks: the same on every run, out of order, ids scattered over the whole space.</summary>
internal static class RingSamples
{
    /// <summary>The ends, the neighbourhood of the ends, and a scattering between.</summary>
    public static IEnumerable<int> SomePartitions { get; } =
        [0, 1, .. Enumerable.Range(0, 500).Select(number => number * 40503 % Partitions.Count), Partitions.Count - 1];

    /// <summary>Different weights, three zones and machines without one. A longer list begins with the shorter one.</summary>
    public static RingMember[] Members(int count) =>
        [.. EqualMembers(count).Select((member, index) => member with { Weight = 1 + (index % 3), Zone = index % 4 == 0 ? "" : $"zone {index % 4}" })];

    /// <summary>Weight 1, no zones.</summary>
    public static RingMember[] EqualMembers(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new RingMember(new MachineId(Scatter((ulong)number)), 1, ""))];

    // An odd factor permutes the 128-bit numbers, so no two ids are equal and none is zero.
    private static UInt128 Scatter(ulong number) => unchecked(number * new UInt128(0x9E3779B97F4A7C15, 0xF39CC0605CEDC835));
}
