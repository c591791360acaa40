using LightDfs.Ring;

namespace LightDfs.Benchmarks.Cases.Quick;

/// <summary>From an id to the machines that own it.</summary>
internal static class Owners
{
    public const string Name = "Owners of a file id, warm";

    public static IReadOnlyList<int> Machines { get; } = [3, 50, 1000];

    public static IHashRing RingOf(int machines, int replicas = 3) => new RendezvousHashRing().WithMembers(
        Enumerable.Range(1, machines).Select(i => new RingMember(new MachineId((UInt128)(ulong)i << 64 | (ulong)i * 0x9E3779B97F4A7C15), 1, "")), replicas);

    public static FileId[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => FileId.New())];

    public static (double Nanoseconds, double Bytes) Time(int machines)
    {
        var (ring, ids, sum) = (RingOf(machines), Ids(1024), 0);
        return Loops.Time(count =>
        {
            for (var i = 0; i < count; i++)
            {
                sum += ring.OwnersOf(Partitions.Of(ids[i & 1023]))[0];
            }
        });
    }
}
