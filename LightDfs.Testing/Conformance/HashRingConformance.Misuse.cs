using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class HashRingConformance
{
    /// <summary>A ring without machines can be built and asked what it is, but names nobody.</summary>
    [Test]
    public void Ring_without_members_names_nobody()
    {
        var ring = CreateRing().WithMembers([], Wanted);

        Assert.That(ring.Members.Length, Is.Zero);
        Assert.That(ring.Replicas, Is.Zero);
        Assert.That(ring.Fingerprint, Is.Not.EqualTo(CreateRing().WithMembers(RingSamples.Members(1), Wanted).Fingerprint));
        Assert.Throws<InvalidOperationException>(() => ring.OwnersOf(0));
        Assert.Throws<InvalidOperationException>(() => ring.PreferenceOf(0, new ushort[1]));
    }

    /// <summary>There are partitions 0 to 65,535 and no others.</summary>
    [TestCase(-1)]
    [TestCase(Partitions.Count)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    public void Partition_that_does_not_exist_is_refused(int partition)
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(Machines), Wanted);

        Assert.Throws<ArgumentOutOfRangeException>(() => ring.OwnersOf(partition));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.PreferenceOf(partition, new ushort[Machines]));
    }

    /// <summary>A partition has at least one owner.</summary>
    [TestCase(0)]
    [TestCase(-1)]
    public void Replicas_below_one_are_refused(int replicas) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CreateRing().WithMembers(RingSamples.Members(Machines), replicas));

    /// <summary>No list of members is a mistake, unlike an empty one.</summary>
    [Test]
    public void Null_for_members_is_refused() => Assert.Throws<ArgumentNullException>(() => CreateRing().WithMembers(null!, Wanted));

    /// <summary>A weight outside 1..16,777,216 is refused.</summary>
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((1 << 24) + 1)]
    [TestCase(int.MaxValue)]
    public void Weight_out_of_range_is_refused(int weight) => AssertRefused(RingSamples.Members(1)[0] with { Weight = weight });

    /// <summary>The largest weight is allowed beside the smallest.</summary>
    [Test]
    public void Weights_at_the_ends_of_the_range_are_taken()
    {
        var members = RingSamples.EqualMembers(2);

        var ring = CreateRing().WithMembers([members[0] with { Weight = 1 }, members[1] with { Weight = 1 << 24 }], 2);

        Assert.That(ring.OwnersOf(0).ToArray(), Is.EquivalentTo(new ushort[] { 0, 1 }));
    }

    /// <summary>Zero stands for "no machine" and owns nothing.</summary>
    [Test]
    public void Machine_id_zero_is_refused() => AssertRefused(new RingMember(default, 1, ""));

    /// <summary>A machine without a zone has the zone "".</summary>
    [Test]
    public void Null_for_a_zone_is_refused() => AssertRefused(RingSamples.Members(1)[0] with { Zone = null! });

    /// <summary>One machine is one member, also when its entries differ otherwise.</summary>
    [Test]
    public void Machine_listed_twice_is_refused()
    {
        var member = RingSamples.Members(1)[0];

        AssertRefused(member, member with { Weight = member.Weight + 1, Zone = "elsewhere" });
    }

    /// <summary>Member numbers have 16 bits, and 65,535 machines are the most.</summary>
    [Test]
    public void More_machines_than_numbers_are_refused() => AssertRefused(RingSamples.EqualMembers(ushort.MaxValue + 1));

    private void AssertRefused(params RingMember[] added) =>
        Assert.That(() => CreateRing().WithMembers(added, Wanted), Throws.InstanceOf<ArgumentException>());
}
