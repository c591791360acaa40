using CsCheck;
using LightDfs.Ring;
using LightDfs.Testing.Chance;

namespace LightDfs.Tests.Ring;

internal static class Memberships
{
    private static readonly Gen<int> Weights = Gen.Frequency((2, Gen.Const(1)), (3, Gen.Int[1, 8]), (1, Gen.Int[1, RingMembers.MaxWeight]));

    private static readonly Gen<RingMember> Member = Gen.Select(Gen.ULong, Gen.ULong[1, ulong.MaxValue], Weights, Gen.Int[0, 4], (high, low, weight, zone) =>
        new RingMember(new MachineId(new UInt128(high, low)), weight, zone == 0 ? "" : $"zone {zone}"));

    /// <summary>2 to 9 machines, mixed weights, up to five zones in some and a single one in others.</summary>
    public static readonly Gen<RingMember[]> Any = Gen.Select(Member.Array[2, 9], Gen.Bool, (members, zoned) =>
        zoned ? members : [.. members.Select(member => member with { Zone = "" })]);

    public static readonly Gen<int> Replicas = Gen.Int[1, 5];

    /// <summary>The same ids on every run; which ones is decided by <paramref name="series"/>.</summary>
    public static RingMember[] Equal(int count, ulong series)
    {
        var random = new SeededRandom(series);
        return [.. Enumerable.Range(0, count).Select(_ => new RingMember(MachineId.Draw(random), 1, ""))];
    }

    public static IHashRing Ring(IEnumerable<RingMember> members, int replicas = 3) => new RendezvousHashRing().WithMembers(members, replicas);

    /// <summary>How many partitions each member owns.</summary>
    public static int[] Loads(IHashRing ring)
    {
        var loads = new int[ring.Members.Length];
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            foreach (var owner in ring.OwnersOf(partition))
            {
                loads[owner]++;
            }
        }
        return loads;
    }
}
