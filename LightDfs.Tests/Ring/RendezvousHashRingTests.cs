using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class RendezvousHashRingTests
{
    private static readonly RingMember One = new(new MachineId(1), 1, "");

    [Test]
    public void New_ring_has_no_members()
    {
        var ring = new RendezvousHashRing();

        Assert.That(ring.Members.Length, Is.Zero);
        Assert.That(ring.Replicas, Is.Zero);
        Assert.That(ring, Is.EqualTo(ring.WithMembers([], 3)));
        Assert.Throws<InvalidOperationException>(() => ring.OwnersOf(0));
    }

    [Test]
    public void Rings_are_equal_when_their_fingerprints_are()
    {
        var ring = new RendezvousHashRing().WithMembers([One], 3);
        var same = new RendezvousHashRing().WithMembers([One], 1);
        var other = new RendezvousHashRing().WithMembers([One with { Weight = 2 }], 3);

        Assert.That(ring.Equals(same) && ring.GetHashCode() == same.GetHashCode());
        Assert.That(ring.Equals(other) || ring.Equals(null) || ring.Equals("ring"), Is.False);
    }

    [Test]
    public void Zone_that_is_not_well_formed_Unicode_is_refused() =>
        Assert.That(
            () => new RendezvousHashRing().WithMembers([One with { Zone = "rack\uD800" }], 3),
            Throws.ArgumentException.With.Message.Contains("Unicode"));

    [Test]
    public void Refusal_names_the_machine_and_the_remedy() =>
        Assert.That(
            () => new RendezvousHashRing().WithMembers([One, One], 3),
            Throws.ArgumentException.With.Message.Contains(One.Id.ToString()).And.Message.Contains("weight"));

    [Test]
    public void More_owners_than_a_table_can_hold_are_refused()
    {
        var members = Enumerable.Range(1, 40_000).Select(number => new RingMember(new MachineId((UInt128)number), 1, ""));

        Assert.Throws<ArgumentOutOfRangeException>(() => new RendezvousHashRing().WithMembers(members, 32_768));
    }

    [Test]
    public void Finding_the_partition_and_owners_of_a_file_allocates_nothing()
    {
        var ring = new RendezvousHashRing().WithMembers(Enumerable.Range(1, 10).Select(number => One with { Id = new MachineId((UInt128)number) }), 3);
        var file = LightDfs.Tests.Files.SampleIds.Create();
        var destination = new ushort[10];
        var expected = Use();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Use();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(sum, Is.EqualTo(expected));
        Assert.That(allocated, Is.Zero);

        long Use()
        {
            var total = 0L;
            for (var salt = 0ul; salt < 1000; salt++)
            {
                var partition = Partitions.Of(file.WithSalt(salt));
                total += ring.OwnersOf(partition)[2] + ring.PreferenceOf(partition, destination) + destination[9];
            }
            return total;
        }
    }
}
