using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>What every <see cref="IHashRing"/> promises. Derive from it, return your ring from <see cref="CreateRing"/>, and run it with NUnit.</summary>
public abstract partial class HashRingConformance
{
    private const int Machines = 7;
    private const int Wanted = 3;

    /// <summary>A ring of the kind under test, as a host app would register it; whether it has members does not matter.</summary>
    protected abstract IHashRing CreateRing();

    /// <summary>The factory makes what <see cref="TestsAttribute"/> says.</summary>
    [Test]
    public void Factory_makes_what_the_fixture_says_it_tests() => ConformanceSeams.AssertMadeAsNamed(this, CreateRing());

    /// <summary>Two rings built apart, in another order of members, and asked twice, name the same owners: machines agree without talking.</summary>
    [Test]
    public void Ring_of_the_same_members_in_any_order_gives_the_same_answers()
    {
        var members = RingSamples.Members(Machines);
        var first = CreateRing().WithMembers(members, Wanted);
        var second = CreateRing().WithMembers(members.Reverse(), Wanted);

        Assert.That(second.Fingerprint, Is.EqualTo(first.Fingerprint), "fingerprint of the same members in another order");
        Assert.That(second.Members.ToArray(), Is.EqualTo(first.Members.ToArray()), "members in another order");
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            var owners = first.OwnersOf(partition).ToArray();
            if (!first.OwnersOf(partition).SequenceEqual(owners))
            {
                Assert.Fail($"Partition {partition} has other owners when asked again.");
            }
            if (!second.OwnersOf(partition).SequenceEqual(owners))
            {
                Assert.Fail($"Partition {partition} has other owners in a ring built of the same members.");
            }
        }
    }

    /// <summary>The order of preference is as pure as the owners.</summary>
    [Test]
    public void Preference_of_the_same_members_in_any_order_is_the_same()
    {
        var members = RingSamples.Members(Machines);
        var first = CreateRing().WithMembers(members, Wanted);
        var second = CreateRing().WithMembers(members.Reverse(), Wanted);

        foreach (var partition in RingSamples.SomePartitions)
        {
            var expected = Preference(first, partition);
            Assert.That(Preference(first, partition), Is.EqualTo(expected), $"partition {partition}, asked again");
            Assert.That(Preference(second, partition), Is.EqualTo(expected), $"partition {partition}, built again");
        }
    }

    /// <summary>Members come out sorted by id and otherwise as they went in, so a member's number means the same on every machine.</summary>
    [Test]
    public void Members_are_kept_and_sorted_by_id()
    {
        var members = RingSamples.Members(Machines);

        var ring = CreateRing().WithMembers(members.Reverse(), Wanted);

        Assert.That(ring.Members.ToArray(), Is.EqualTo(members.OrderBy(member => member.Id).ToArray()));
    }

    /// <summary>Each partition has as many owners as promised, all different and all members.</summary>
    [TestCase(1, 3, 1)]
    [TestCase(2, 3, 2)]
    [TestCase(3, 3, 3)]
    [TestCase(7, 3, 3)]
    [TestCase(7, 1, 1)]
    [TestCase(7, 7, 7)]
    public void Every_partition_has_distinct_owners(int machines, int wanted, int expected)
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(machines), wanted);

        Assert.That(ring.Replicas, Is.EqualTo(expected));
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            var owners = ring.OwnersOf(partition);
            var seen = 0;
            foreach (var owner in owners)
            {
                if (owner >= machines || (seen & (1 << owner)) != 0)
                {
                    Assert.Fail($"Partition {partition} has owners {string.Join(", ", owners.ToArray())} among {machines} machines.");
                }
                seen |= 1 << owner;
            }
            if (owners.Length != expected)
            {
                Assert.Fail($"Partition {partition} has {owners.Length} owners instead of {expected}.");
            }
        }
    }

    /// <summary>With equal weights and no zones nobody idles.</summary>
    [Test]
    public void Every_machine_owns_something()
    {
        var ring = CreateRing().WithMembers(RingSamples.EqualMembers(Machines), Wanted);

        Assert.That(LoadsOf(ring), Has.All.GreaterThan(0));
    }

    /// <summary>The order of preference begins with the owners and names every machine once.</summary>
    [Test]
    public void Preference_begins_with_the_owners_and_names_every_machine_once()
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(Machines), Wanted);

        foreach (var partition in RingSamples.SomePartitions)
        {
            var preference = Preference(ring, partition);
            Assert.That(preference.Take(Wanted), Is.EqualTo(ring.OwnersOf(partition).ToArray()), $"partition {partition}");
            Assert.That(preference.Order(), Is.EqualTo(Enumerable.Range(0, Machines)), $"partition {partition}");
        }
    }

    /// <summary>A shorter destination takes a prefix, a longer one is left alone behind the last machine.</summary>
    [Test]
    public void Preference_fills_what_it_is_given()
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(Machines), Wanted);
        var whole = Preference(ring, 4711);

        for (var length = 0; length <= Machines + 2; length++)
        {
            var destination = new ushort[length];
            Array.Fill(destination, ushort.MaxValue);
            var expected = Math.Min(length, Machines);

            Assert.That(ring.PreferenceOf(4711, destination), Is.EqualTo(expected));
            Assert.That(destination.Take(expected), Is.EqualTo(whole.Take(expected)));
            Assert.That(destination.Skip(expected), Has.All.EqualTo(ushort.MaxValue));
        }
    }

    /// <summary>Building a ring leaves the one that it is built from as it was: snapshots stay valid while the cluster changes.</summary>
    [Test]
    public void WithMembers_leaves_the_ring_it_is_called_on_alone()
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(Machines), Wanted);
        var (fingerprint, owners) = (ring.Fingerprint, ring.OwnersOf(42).ToArray());

        var other = ring.WithMembers(RingSamples.Members(2), 1);

        Assert.That(other, Is.Not.SameAs(ring));
        Assert.That(ring.Fingerprint, Is.EqualTo(fingerprint));
        Assert.That(ring.Members.Length, Is.EqualTo(Machines));
        Assert.That(ring.OwnersOf(42).ToArray(), Is.EqualTo(owners));
    }

    /// <summary>What the prototype holds does not leak into the rings made from it.</summary>
    [Test]
    public void WithMembers_does_not_depend_on_the_ring_it_is_called_on()
    {
        var members = RingSamples.Members(Machines);
        var direct = CreateRing().WithMembers(members, Wanted);
        var derived = CreateRing().WithMembers(RingSamples.EqualMembers(2), 1).WithMembers(members, Wanted);

        Assert.That(derived.Kind, Is.EqualTo(direct.Kind));
        Assert.That(derived.Fingerprint, Is.EqualTo(direct.Fingerprint));
        Assert.That(derived.OwnersOf(42).ToArray(), Is.EqualTo(direct.OwnersOf(42).ToArray()));
    }

    /// <summary>Every request looks owners up; that must not feed the garbage collector.</summary>
    [Test]
    public void Looking_up_owners_allocates_nothing()
    {
        var ring = CreateRing().WithMembers(RingSamples.Members(Machines), Wanted);
        var expected = LookUpAll(ring);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = LookUpAll(ring);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(sum, Is.EqualTo(expected));
        Assert.That(allocated, Is.Zero, "bytes allocated by 65,536 calls of OwnersOf");
    }

    private static long LookUpAll(IHashRing ring)
    {
        var sum = 0L;
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            sum += ring.OwnersOf(partition)[0];
        }
        return sum;
    }

    private static int[] Preference(IHashRing ring, int partition)
    {
        var numbers = new ushort[ring.Members.Length];
        Assert.That(ring.PreferenceOf(partition, numbers), Is.EqualTo(numbers.Length), $"machines in the preference of partition {partition}");
        return [.. numbers.Select(number => (int)number)];
    }
}
