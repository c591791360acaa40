using CsCheck;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

[TestFixture(1)]
[TestFixture(2)]
[TestFixture(50)]
public sealed class TokenPropertyTests(int tokens) : SteadyRingProperties
{
    protected override IHashRing Prototype { get; } = new TokenHashRing(tokens);

    [Test]
    public void Preference_is_the_walk_word_for_word_and_begins_with_the_owners() =>
        Gen.Select(Memberships.Any, Memberships.Replicas, Gen.Int[0, Partitions.Count - 1].Array[50]).Sample((members, replicas, partitions) =>
        {
            var ring = Prototype.WithMembers(members, replicas);
            return partitions.All(partition =>
            {
                var preference = new ushort[members.Length];
                var written = ring.PreferenceOf(partition, preference);
                return written == members.Length
                    && preference.SequenceEqual(Walk(ring.Members.ToArray(), partition))
                    && preference.AsSpan(0, ring.Replicas).SequenceEqual(ring.OwnersOf(partition));
            });
        }, iter: Iterations);

    [Test]
    public void Weights_and_zones_change_the_fingerprint_but_no_owner() =>
        Gen.Select(Memberships.Any, Memberships.Replicas).Sample((members, replicas) =>
        {
            var ring = Prototype.WithMembers(members, replicas);
            var other = Prototype.WithMembers(members.Select(member => member with { Weight = (member.Weight % 7) + 1, Zone = member.Zone + "x" }), replicas);

            return ring.Fingerprint != other.Fingerprint && AllPartitions(partition => ring.OwnersOf(partition).SequenceEqual(other.OwnersOf(partition)));
        }, iter: Iterations);

    /// <summary>The machines by how far their nearest token lies above the partition's lower end.</summary>
    private IEnumerable<ushort> Walk(RingMember[] members, int partition)
    {
        var from = (ulong)partition << 48;
        return Enumerable.Range(0, members.Length)
            .OrderBy(machine => Enumerable.Range(0, tokens).Min(token => unchecked(TokenOf(members[machine].Id, token) - from)))
            .Select(machine => (ushort)machine);
    }

    private static ulong TokenOf(MachineId machine, int token)
    {
        Span<byte> id = stackalloc byte[MachineId.Length];
        machine.WriteBytes(id);
        return System.IO.Hashing.XxHash3.HashToUInt64(id, token);
    }
}
