using LightDfs.Ring;
using LightDfs.Testing.Chance;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>What holds by the law of large numbers. The ids are the same on every run, so the results are too.</summary>
public sealed class RendezvousBalanceTests
{
    private const int Slots = 3 * Partitions.Count;

    [Test]
    public void Ten_equal_machines_are_within_a_tenth_of_the_mean([Range(1, 10)] int series)
    {
        var loads = Memberships.Loads(Memberships.Ring(Memberships.Equal(10, (ulong)series)));

        Assert.That(loads, Has.All.InRange(0.9 * Slots / 10, 1.1 * Slots / 10));
    }

    /// <summary>Ideal: what the machine owns when all are equal. The same numbers, read backwards, are those of a machine that goes.</summary>
    [Test]
    public void Equal_machine_that_comes_moves_at_most_its_own_share_and_a_tenth([Values(5, 10, 40)] int machines, [Range(1, 3)] int series)
    {
        var members = Memberships.Equal(machines, (ulong)series);

        var moved = Moved(Memberships.Ring(members[1..]), Memberships.Ring(members));

        Assert.That(moved, Is.LessThanOrEqualTo(1.1 * Slots / machines));
    }

    /// <summary>With any weights and zones: not one copy moves that the newcomer does not take, so no placement that gives it this load moves less.</summary>
    [Test]
    public void Machine_that_comes_moves_exactly_what_it_then_owns([Values(5, 8, 20)] int machines, [Range(1, 3)] int series)
    {
        var members = Memberships.Equal(machines, (ulong)series)
            .Select((member, index) => member with { Weight = 1 << (index % 3), Zone = $"zone {index % 4}" })
            .ToArray();

        var after = Memberships.Ring(members);

        Assert.That(Moved(Memberships.Ring(members[1..]), after), Is.EqualTo(Memberships.Loads(after)[NumberOf(after, members[0])]).And.GreaterThan(0));
    }

    [Test]
    public void Weights_are_met_within_a_fifth_of_what_is_possible([Values(10, 40)] int machines, [Range(1, 3)] int series)
    {
        var members = Memberships.Equal(machines, (ulong)series).Select((member, index) => member with { Weight = 1 << (index % 3) });

        var ring = Memberships.Ring(members);

        var possible = Possible([.. ring.Members.ToArray().Select(member => (double)member.Weight)]);
        Assert.That(Memberships.Loads(ring).Select((load, machine) => load / possible[machine]), Has.All.InRange(0.8, 1.2));
    }

    [Test]
    public void Machine_far_heavier_than_the_others_owns_nearly_everything_once()
    {
        var members = Memberships.Equal(10, 1);
        members[4] = members[4] with { Weight = 1000 };

        var ring = Memberships.Ring(members);

        Assert.That(Memberships.Loads(ring)[NumberOf(ring, members[4])], Is.InRange(0.97 * Partitions.Count, Partitions.Count));
    }

    [Test]
    public void Partitions_share_files_evenly()
    {
        var random = new SeededRandom(1);
        var files = new int[16];
        for (var file = 0; file < 160_000; file++)
        {
            files[Partitions.Of(Files.SampleIds.CreateWith(random)) * 16 / Partitions.Count]++;
        }

        Assert.That(files, Has.All.InRange(9_500, 10_500));
    }

    /// <summary>Slots in proportion to weight; who would own a partition twice gets all once, and the others share the rest.</summary>
    private static double[] Possible(double[] weights)
    {
        var shares = new double[weights.Length];
        var full = new HashSet<int>();
        for (var changed = true; changed;)
        {
            changed = false;
            var (slots, weight) = (Slots - ((double)full.Count * Partitions.Count), weights.Where((_, machine) => !full.Contains(machine)).Sum());
            for (var machine = 0; machine < weights.Length; machine++)
            {
                shares[machine] = full.Contains(machine) ? Partitions.Count : slots * weights[machine] / weight;
                changed |= shares[machine] > Partitions.Count && full.Add(machine);
            }
        }
        return shares;
    }

    private static int Moved(IHashRing before, IHashRing after)
    {
        var numbers = before.Members.ToArray().Select(member => (ushort)NumberOf(after, member)).ToArray();
        var moved = 0;
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            foreach (var owner in before.OwnersOf(partition))
            {
                moved += after.OwnersOf(partition).Contains(numbers[owner]) ? 0 : 1;
            }
        }
        return moved;
    }

    private static int NumberOf(IHashRing ring, RingMember member) => ring.Members.IndexOf(member);
}
