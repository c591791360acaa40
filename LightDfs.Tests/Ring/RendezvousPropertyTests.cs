using CsCheck;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>What holds for every membership without exception, tried on random ones.</summary>
public sealed class RendezvousPropertyTests
{
    private const int Iterations = 30;

    [Test]
    public void Input_order_does_not_matter() =>
        Gen.Select(Memberships.Any, Memberships.Replicas, Gen.Int).Sample((members, replicas, seed) =>
        {
            var shuffled = members.ToArray();
            new Random(seed).Shuffle(shuffled);

            var (one, other) = (Memberships.Ring(members, replicas), Memberships.Ring(shuffled, replicas));

            return one.Fingerprint == other.Fingerprint && AllPartitions(partition => one.OwnersOf(partition).SequenceEqual(other.OwnersOf(partition)));
        }, iter: Iterations);

    /// <summary>Read forwards it is about a machine that comes, backwards about one that goes.</summary>
    [Test]
    public void One_machine_more_or_less_replaces_at_most_one_owner_and_only_by_or_of_that_machine() =>
        Gen.Select(Memberships.Any, Memberships.Replicas).Sample((members, replicas) =>
        {
            var (without, with) = (Memberships.Ring(members[1..], replicas), Memberships.Ring(members, replicas));
            var newcomer = with.Members.ToArray().AsSpan().IndexOf(members[0]);

            return AllPartitions(partition =>
            {
                var gone = 0;
                var stayed = 0;
                foreach (var owner in without.OwnersOf(partition))
                {
                    var number = (ushort)(owner < newcomer ? owner : owner + 1);
                    var stays = with.OwnersOf(partition).Contains(number);
                    stayed += stays ? 1 : 0;
                    gone += stays ? 0 : 1;
                }
                var came = with.OwnersOf(partition).Length - stayed;
                return gone <= 1 && came == (with.OwnersOf(partition).Contains((ushort)newcomer) ? 1 : 0);
            });
        }, iter: Iterations);

    [Test]
    public void Owners_are_distinct_and_lie_in_as_many_zones_as_there_are() =>
        Gen.Select(Memberships.Any, Memberships.Replicas).Sample((members, replicas) =>
        {
            var ring = Memberships.Ring(members, replicas);
            var zones = ring.Members.ToArray().Select(member => member.Zone).ToArray();
            var names = zones.Distinct().ToArray();
            var numbers = zones.Select(zone => Array.IndexOf(names, zone)).ToArray();
            var possible = Math.Min(ring.Replicas, names.Length);

            return AllPartitions(partition =>
            {
                var machines = 0;
                var used = 0;
                foreach (var owner in ring.OwnersOf(partition))
                {
                    machines |= 1 << owner;
                    used |= 1 << numbers[owner];
                }
                return int.PopCount(machines) == ring.Replicas && int.PopCount(used) == possible;
            });
        }, iter: Iterations);

    [Test]
    public void Preference_is_the_picking_word_for_word_and_begins_with_the_owners() =>
        Gen.Select(Memberships.Any, Memberships.Replicas, Gen.Int[0, Partitions.Count - 1].Array[50]).Sample((members, replicas, partitions) =>
        {
            var ring = Memberships.Ring(members, replicas);
            return partitions.All(partition =>
            {
                var preference = new ushort[members.Length];
                var written = ring.PreferenceOf(partition, preference);
                return written == members.Length
                    && preference.SequenceEqual(Picking(ring.Members.ToArray(), partition))
                    && preference.AsSpan(0, ring.Replicas).SequenceEqual(ring.OwnersOf(partition));
            });
        }, iter: Iterations);

    private static IEnumerable<ushort> Picking(RingMember[] members, int partition)
    {
        var left = Enumerable.Range(0, members.Length).ToList();
        var held = members.Select(member => member.Zone).Distinct().ToDictionary(zone => zone, _ => 0);
        while (left.Count > 0)
        {
            var fewest = left.Min(machine => held[members[machine].Zone]);
            var best = left.Where(machine => held[members[machine].Zone] == fewest)
                .MinBy(machine => (CostOf(members[machine], partition), members[machine].Id));
            held[members[best].Zone]++;
            left.Remove(best);
            yield return (ushort)best;
        }
    }

    private static ulong CostOf(RingMember member, int partition) => RendezvousScore.Cost(
        RendezvousScore.SeedOf(member.Id), RendezvousScore.InverseOf(member.Weight), RendezvousScore.SpreadOf(partition));

    private static bool AllPartitions(Func<int, bool> holds)
    {
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            if (!holds(partition))
            {
                return false;
            }
        }
        return true;
    }
}
