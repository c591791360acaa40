using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class HashRingConformance
{
    /// <summary>Whatever placement may depend on is in the fingerprint: machines compare holdings only while theirs are equal.</summary>
    [TestCase("id")]
    [TestCase("weight")]
    [TestCase("zone")]
    [TestCase("replicas")]
    [TestCase("one machine less")]
    [TestCase("one machine more")]
    public void Fingerprint_changes_with_every_input(string what)
    {
        var members = RingSamples.Members(Machines);
        var before = CreateRing().WithMembers(members, Wanted);

        var last = members[^1];
        var (changed, replicas) = what switch
        {
            "id" => (members[..^1].Append(last with { Id = RingSamples.Members(Machines + 1)[^1].Id }), Wanted),
            "weight" => (members[..^1].Append(last with { Weight = last.Weight + 1 }), Wanted),
            "zone" => (members[..^1].Append(last with { Zone = last.Zone + "x" }), Wanted),
            "replicas" => (members, Wanted + 1),
            "one machine less" => (members[..^1], Wanted),
            _ => (RingSamples.Members(Machines + 1), Wanted),
        };

        Assert.That(CreateRing().WithMembers(changed, replicas).Fingerprint, Is.Not.EqualTo(before.Fingerprint), $"{what} changed");
    }

    /// <summary>Zones that differ only in case are different zones, so their rings are different too.</summary>
    [Test]
    public void Fingerprint_tells_zones_apart_by_case()
    {
        var members = RingSamples.EqualMembers(Machines);
        var lower = CreateRing().WithMembers(members.Select(member => member with { Zone = "rack" }), Wanted);
        var upper = CreateRing().WithMembers(members.Select(member => member with { Zone = "Rack" }), Wanted);

        Assert.That(upper.Fingerprint, Is.Not.EqualTo(lower.Fingerprint));
    }

    /// <summary>Who asks for more owners than there are machines gets the same ring as who asks for all of them.</summary>
    [Test]
    public void Fingerprint_takes_the_owners_there_are_not_the_ones_wished_for()
    {
        var members = RingSamples.Members(2);

        Assert.That(CreateRing().WithMembers(members, 3).Fingerprint, Is.EqualTo(CreateRing().WithMembers(members, 2).Fingerprint));
    }

    /// <summary>The kind names algorithm and version; machines exchange it.</summary>
    [Test]
    public void Kind_is_a_text() => Assert.That(CreateRing().Kind, Is.Not.Null.And.Not.Empty);
}
