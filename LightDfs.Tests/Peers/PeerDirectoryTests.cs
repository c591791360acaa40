using LightDfs.Peers;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerDirectoryTests
{
    private static readonly MachineId A = Samples.Machine(1);
    private static readonly MachineId B = Samples.Machine(2);
    private readonly PeerDirectory _directory = new(new FakeTimeProvider());

    [Test]
    public void Peers_are_made_when_asked_for_and_listed_by_id()
    {
        var (b, a) = (_directory.Of(B), _directory.Of(A));

        Assert.That(_directory.Of(A), Is.SameAs(a));
        Assert.That(_directory.All, Is.EqualTo(new[] { a, b }));
    }

    [Test]
    public void Address_where_nobody_ever_answered_is_nobodys() => Assert.That(_directory.WhoIs("a"), Is.Null);

    [Test]
    public void Machine_with_two_addresses_is_one_machine()
    {
        Answer(A, "a");
        Answer(A, "alias");

        Assert.That((_directory.WhoIs("a"), _directory.WhoIs("alias"), _directory.Of(A).IsUp), Is.EqualTo(((MachineId?)A, (MachineId?)A, true)));
    }

    [Test]
    public void Machine_at_whose_address_another_one_answers_goes_down_and_says_why()
    {
        Answer(A, "a");

        var displaced = Answer(B, "a");

        Assert.That(displaced, Is.SameAs(_directory.Of(A)));
        Assert.That((displaced!.IsUp, displaced.View.Why), Is.EqualTo((false, $"another machine, '{B}', answers at its address.")));
        Assert.That((_directory.WhoIs("a"), _directory.Of(B).IsUp), Is.EqualTo(((MachineId?)B, true)));
    }

    [Test]
    public void Machine_that_has_moved_already_stays_up_when_another_one_takes_its_old_address()
    {
        Answer(A, "a");
        Answer(A, "b");

        Assert.That(Answer(B, "a"), Is.Null);

        Assert.That((_directory.Of(A).IsUp, _directory.Of(A).View.Address), Is.EqualTo((true, "b")));
    }

    [Test]
    public void Machine_that_is_down_already_does_not_go_down_again()
    {
        Answer(A, "a");
        _directory.Of(A).Failed(_directory.Of(A).View, "refused", inTime: true);

        Assert.That(Answer(B, "a"), Is.Null);

        Assert.That(_directory.Of(A).View.Why, Does.Contain($"'{B}'"));
    }

    [Test]
    public void Machine_whose_address_is_not_to_be_used_goes_down_unless_it_has_another_one()
    {
        Answer(A, "a");
        Answer(B, "b");
        Answer(B, "alias");

        Assert.That((_directory.NobodyAt("a", "a copy answers there"), _directory.NobodyAt("b", "a copy answers there")), Is.EqualTo((_directory.Of(A), (Peer?)null)));

        Assert.That((_directory.WhoIs("a"), _directory.WhoIs("b"), _directory.Of(A).View.Why), Is.EqualTo(((MachineId?)null, (MachineId?)null, "a copy answers there")));
        Assert.That((_directory.Of(A).IsUp, _directory.Of(B).IsUp, _directory.NobodyAt("nowhere", "")), Is.EqualTo((false, true, (Peer?)null)));
    }

    [Test]
    public void Two_machines_that_swap_addresses_are_found_at_the_new_ones()
    {
        Answer(A, "a");
        Answer(B, "b");

        Answer(A, "b", start: 2);
        Answer(B, "a", start: 2);

        Assert.That((_directory.WhoIs("a"), _directory.WhoIs("b")), Is.EqualTo(((MachineId?)B, (MachineId?)A)));
        Assert.That((_directory.Of(A).View.Address, _directory.Of(B).View.Address), Is.EqualTo(("b", "a")));
        Assert.That((_directory.Of(A).IsUp, _directory.Of(B).IsUp), Is.EqualTo((true, true)));
    }

    private Peer? Answer(MachineId machine, string address, long start = 1)
    {
        Assert.That(_directory.Of(machine).Answered(Samples.Card with { Machine = machine, Start = start, Incarnation = (ulong)start }, address));
        return _directory.AnsweredAt(address, machine);
    }
}
