using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class HashRingConformance
{
    /// <summary>What the ring claims to be able to do. All by default; the checks of what it does not claim are ignored.</summary>
    protected virtual HashRingAbilities Abilities => HashRingAbilities.All;

    /// <summary><see cref="HashRingAbilities.Balanced"/></summary>
    [Test]
    public void Balanced_ring_gives_equal_machines_about_equally_much()
    {
        IgnoreUnlessClaimed(HashRingAbilities.Balanced);

        var loads = LoadsOf(CreateRing().WithMembers(RingSamples.EqualMembers(10), Wanted));

        var mean = Wanted * Partitions.Count / 10.0;
        Assert.That(loads, Has.All.InRange(0.8 * mean, 1.2 * mean));
    }

    /// <summary><see cref="HashRingAbilities.Weighted"/></summary>
    [Test]
    public void Weighted_ring_gives_machines_of_twice_the_weight_about_twice_as_much()
    {
        IgnoreUnlessClaimed(HashRingAbilities.Weighted);
        var ring = CreateRing().WithMembers(RingSamples.EqualMembers(30).Select((member, index) => member with { Weight = 1 + (index % 2) }), Wanted);

        var loads = LoadsOf(ring);

        var heavy = loads.Where((_, machine) => ring.Members[machine].Weight == 2).Average();
        var light = loads.Where((_, machine) => ring.Members[machine].Weight == 1).Average();
        Assert.That(heavy / light, Is.InRange(1.75, 2.25));
    }

    /// <summary><see cref="HashRingAbilities.Zoned"/></summary>
    [Test]
    public void Zoned_ring_spreads_owners_over_different_zones()
    {
        IgnoreUnlessClaimed(HashRingAbilities.Zoned);
        var ring = CreateRing().WithMembers(RingSamples.EqualMembers(9).Select((member, index) => member with { Zone = $"zone {Math.Min(index, 2)}" }), Wanted);

        var zones = ring.Members.ToArray().Select(member => member.Zone).ToArray();
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            var owners = ring.OwnersOf(partition);
            if (zones[owners[0]] == zones[owners[1]] || zones[owners[0]] == zones[owners[2]] || zones[owners[1]] == zones[owners[2]])
            {
                Assert.Fail($"The owners of partition {partition}, {string.Join(", ", owners.ToArray())}, share a zone although there are three.");
            }
        }
    }

    /// <summary><see cref="HashRingAbilities.Steady"/></summary>
    [Test]
    public void Steady_ring_replaces_at_most_one_owner_when_a_machine_goes()
    {
        IgnoreUnlessClaimed(HashRingAbilities.Steady);
        var members = RingSamples.Members(Machines);
        var before = CreateRing().WithMembers(members, Wanted);
        var after = CreateRing().WithMembers(members[1..], Wanted);
        var gone = before.Members.IndexOf(members[0]);

        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            var lost = 0;
            foreach (var owner in before.OwnersOf(partition))
            {
                var stays = owner != gone && after.OwnersOf(partition).Contains((ushort)(owner < gone ? owner : owner - 1));
                lost += stays ? 0 : 1;
            }
            if (lost > 1)
            {
                Assert.Fail($"Partition {partition} lost {lost} owners when one machine left.");
            }
        }
    }

    private static int[] LoadsOf(IHashRing ring)
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

    private void IgnoreUnlessClaimed(HashRingAbilities ability)
    {
        if (!Abilities.HasFlag(ability))
        {
            Assert.Ignore($"The ring does not claim to be {ability}.");
        }
    }
}
