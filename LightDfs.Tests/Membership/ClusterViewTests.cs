using System.Collections.Immutable;
using LightDfs.Membership;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class ClusterViewTests
{
    [TestCase(0, 0, 0, 1, 1)]
    [TestCase(1, 0, 1, 1, 1)]
    [TestCase(2, 0, 2, 2, 1)]
    [TestCase(1, 1, 2, 2, 1)]
    [TestCase(3, 0, 3, 3, 2)]
    [TestCase(1, 2, 3, 3, 2)]
    [TestCase(4, 0, 4, 3, 2)]
    [TestCase(2, 3, 5, 3, 2)]
    [TestCase(7, 0, 7, 3, 2)]
    public void Numbers_follow_from_machines_and_silent_addresses(int machines, int silent, int members, int copies, int quorum)
    {
        var view = View(Maps.OfMachines(machines), silent: Silent(silent));

        Assert.That((view.Members, view.Copies, view.Quorum), Is.EqualTo((members, copies, quorum)));
    }

    [TestCase(1, 7, 1, 1)]
    [TestCase(2, 7, 2, 2)]
    [TestCase(3, 7, 3, 2)]
    [TestCase(4, 7, 4, 3)]
    [TestCase(5, 7, 5, 3)]
    [TestCase(5, 2, 2, 1)]
    [TestCase(7, 7, 7, 4)]
    public void Quorum_is_a_majority_of_the_copies_but_one_for_a_pair(int replicas, int machines, int copies, int quorum)
    {
        var view = View(Maps.OfMachines(machines), replicas: replicas);

        Assert.That((view.Copies, view.Quorum), Is.EqualTo((copies, quorum)));
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 2)]
    [TestCase(4, 3)]
    [TestCase(5, 3)]
    [TestCase(6, 4)]
    [TestCase(7, 4)]
    public void Majority_is_more_than_half(int members, int enough)
    {
        var view = View(Maps.OfMachines(members));

        Assert.That(Enumerable.Range(0, members + 1).Where(view.IsMajority).Min(), Is.EqualTo(enough));
    }

    [Test]
    public void Silent_address_that_a_machine_is_remembered_for_is_no_member_more()
    {
        var view = View(Maps.OfMachines(2), silent: [Maps.AddressOf(2), "memory://never"]);

        Assert.That(view.Members, Is.EqualTo(3));
        Assert.That(view.Silent, Is.EqualTo(new[] { "memory://never" }));
        Assert.That(view.WithSilent([Maps.AddressOf(1)]).Members, Is.EqualTo(2));
        Assert.That(view.WithSilent(["memory://a", "memory://b"]).Members, Is.EqualTo(4));
    }

    [Test]
    public void Machine_that_is_out_counts_and_is_asked_but_owns_nothing()
    {
        var view = View(Maps.Of(Maps.Entry(1), Maps.Entry(2), Maps.Entry(3, isOut: true), Maps.Entry(4)));

        Assert.That((view.Members, view.Asked.Length, view.Ring.Members.Length), Is.EqualTo((4, 4, 3)));
        Assert.That(view.Shares.Of(Maps.IdOf(3)).Count, Is.Zero);
    }

    [Test]
    public void Of_machines_that_are_out_as_many_stay_in_the_ring_as_copies_need_the_first_by_id()
    {
        var view = View(Maps.Of(Maps.Entry(1), Maps.Entry(2, isOut: true), Maps.Entry(3, WantedState.Draining, isOut: true), Maps.Entry(4, isOut: true), Maps.Entry(5)));

        Assert.That(view.Ring.Members.ToArray().Select(member => member.Id), Is.EqualTo(new[] { Maps.IdOf(1), Maps.IdOf(2), Maps.IdOf(5) }));
    }

    [Test]
    public void Draining_machine_is_asked_and_owns_nothing()
    {
        var view = View(Maps.Of(Maps.Entry(1), Maps.Entry(2), Maps.Entry(3, WantedState.Draining)));

        Assert.That((view.Members, view.Asked.Length, view.Ring.Members.Length), Is.EqualTo((2, 3, 2)));
    }

    [Test]
    public void Removed_machine_is_nobody()
    {
        var view = View(Maps.Of(Maps.Entry(1), Maps.Entry(2), Maps.Entry(3, WantedState.Removed)));

        Assert.That((view.Members, view.Asked.Length, view.Ring.Members.Length), Is.EqualTo((2, 2, 2)));
    }

    [Test]
    public void Every_partition_has_as_many_owners_as_there_are_copies()
    {
        var view = View(Maps.OfMachines(4));

        Assert.That(Enumerable.Range(1, 4).Sum(number => view.Shares.Of(Maps.IdOf(number)).Count), Is.EqualTo(3 * Partitions.Count));
    }

    [Test]
    public void Ring_stays_the_same_object_while_its_members_do()
    {
        var view = View(Maps.OfMachines(3));
        var moved = Maps.OfMachines(3).WithSelf(Maps.IdOf(1), Maps.SelfOf(["memory://elsewhere"]));

        Assert.That(new ClusterView(moved, [], view.Shares, 3).Ring, Is.SameAs(view.Ring));
    }

    private static ClusterView View(MembershipMap map, int replicas = 3, params ImmutableArray<string> silent) =>
        new(map, silent, new(new RendezvousHashRing().WithMembers([], replicas)), replicas);

    private static ImmutableArray<string> Silent(int count) => [.. Enumerable.Range(1, count).Select(number => $"memory://silent-{number}")];
}
