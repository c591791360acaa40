using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class RingSharesTests
{
    private static readonly IHashRing Ring = new RendezvousHashRing().WithMembers(Enumerable.Range(1, 100).Select(number => new RingMember(new MachineId((UInt128)(number * 3)), 1, "")), 3);
    private readonly RingShares _shares = new(Ring);

    [TestCase(1)]
    [TestCase(100)]
    public void Share_of_a_machine_is_what_the_ring_says(int number)
    {
        var machine = new MachineId((UInt128)(number * 3));
        var owned = _shares.Of(machine);

        Assert.That(Enumerable.Range(0, Partitions.Count).Where(partition => owned.Contains(partition) != Ring.IsOwner(partition, machine)), Is.Empty);
        Assert.That(_shares.CountOf(machine), Is.EqualTo(owned.Count));
    }

    [Test]
    public void Co_owners_are_those_that_own_a_partition_with_it_and_no_others()
    {
        var machine = new MachineId(30);
        var others = Enumerable.Range(0, Partitions.Count).Where(partition => Ring.IsOwner(partition, machine)).SelectMany(partition => Ring.OwnerIdsOf(partition)).Distinct().Where(owner => owner != machine).Order();

        Assert.That(_shares.CoOwnersOf(machine), Is.EqualTo(others));
    }

    [Test]
    public void Machine_that_is_not_in_the_ring_owns_nothing()
    {
        var stranger = new MachineId(31);

        Assert.That((_shares.Of(stranger).IsEmpty, _shares.CountOf(stranger), _shares.CoOwnersOf(stranger).Length), Is.EqualTo((true, 0, 0)));
    }
}
