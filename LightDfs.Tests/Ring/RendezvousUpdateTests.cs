using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>A ring that is made from the one before is the ring that is made from nothing.</summary>
public sealed class RendezvousUpdateTests
{
    [TestCase(1, 1, false)]
    [TestCase(3, 1, false)]
    [TestCase(3, 2, false)]
    [TestCase(3, 3, true)]
    [TestCase(2, 5, true)]
    [TestCase(4, 40, true)]
    [TestCase(16, 4, false)]
    public void Ring_made_from_the_one_before_has_the_same_owners(int replicas, int zones, bool isWeighted)
    {
        var random = new Random(replicas + (100 * zones));
        var members = Enumerable.Range(1, 40).Select(New).ToList();
        var ring = new RendezvousHashRing().WithMembers(members, replicas);
        for (var change = 0; change < 6; change++)
        {
            // So few that the ring is not made from nothing: one goes, one comes, one is another than before.
            if (change != 1)
            {
                members.RemoveAt(random.Next(members.Count));
            }
            if (change != 2)
            {
                members.Add(New(1000 + change));
            }
            if (change > 2)
            {
                var at = random.Next(members.Count);
                members[at] = members[at] with { Zone = $"zone {random.Next(zones)}", Weight = isWeighted ? random.Next(1, 5) : 1 };
            }

            ring = ring.WithMembers(members, replicas);

            var anew = new RendezvousHashRing().WithMembers(members, replicas);
            Assert.That(ring.Fingerprint, Is.EqualTo(anew.Fingerprint));
            Assert.That(Differing(ring, anew), Is.Zero);
        }

        RingMember New(int number) => new(new MachineId((UInt128)(ulong)random.NextInt64() + (UInt128)number), isWeighted ? random.Next(1, 5) : 1, $"zone {random.Next(zones)}");
    }

    [Test]
    public void First_machine_of_one_more_zone_is_an_owner_where_it_is_due()
    {
        RingMember[] members = [.. Enumerable.Range(1, 20).Select(number => new RingMember(new MachineId((UInt128)(number * 7919)), 1, $"zone {number % 2}"))];
        var ring = new RendezvousHashRing().WithMembers(members, 3);
        RingMember[] more = [.. members, new(new MachineId(5), 1, "another zone")];

        Assert.That(Differing(ring.WithMembers(more, 3), new RendezvousHashRing().WithMembers(more, 3)), Is.Zero);
    }

    private static int Differing(IHashRing one, IHashRing other) =>
        Enumerable.Range(0, Partitions.Count).Count(partition => !one.OwnersOf(partition).SequenceEqual(other.OwnersOf(partition)));
}
