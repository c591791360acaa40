using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>An id is drawn again until its owners are fit for the file; and once only where none could be found.</summary>
public sealed class DrawingTests
{
    [Test]
    public async Task Id_is_drawn_once_where_too_few_machines_are_left_for_all_copies()
    {
        var asked = new Counter();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Ring = _ => new CountingRing(new RendezvousHashRing(), asked));
        await cluster[2].KillAsync();
        await cluster.SettleAsync();
        var before = asked.Value;

        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10));

        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(asked.Value - before, Is.LessThan(30), "the ring is asked a few times for each file, and once more for each draw");
    }

    [Test]
    public async Task Id_is_drawn_until_all_its_owners_are_up_where_enough_are([Values(4, 5)] int machines)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines);
        await cluster[machines - 1].KillAsync();
        await cluster.SettleAsync();

        for (var file = 0; file < 20; file++)
        {
            Assert.That((await cluster[0].StoreAsync(ClusterSteps.Bytes(10))).Copies, Is.EqualTo(3));
        }
    }

    private sealed class Counter
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }

    private sealed class CountingRing(IHashRing inner, Counter asked) : IHashRing
    {
        public string Kind => inner.Kind;

        public UInt128 Fingerprint => inner.Fingerprint;

        public int Replicas => inner.Replicas;

        public ReadOnlySpan<RingMember> Members => inner.Members;

        public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new CountingRing(inner.WithMembers(members, replicas), asked);

        public ReadOnlySpan<ushort> OwnersOf(int partition)
        {
            asked.Add();
            return inner.OwnersOf(partition);
        }

        public int PreferenceOf(int partition, Span<ushort> destination)
        {
            asked.Add();
            return inner.PreferenceOf(partition, destination);
        }
    }
}
