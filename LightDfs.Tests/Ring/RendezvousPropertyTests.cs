using CsCheck;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class RendezvousPropertyTests : SteadyRingProperties
{
    protected override IHashRing Prototype { get; } = new RendezvousHashRing();

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
}
