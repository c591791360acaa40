using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Whom a machine of a large cluster beats to in each second.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BeatPlanTests
{
    private const int Machines = 100;
    private static readonly BeatSettings Settings = new() { Neighbours = 3, InTurn = 5, Suspects = 2 };
    private readonly FakeTimeProvider _time = new();
    private readonly PeerDirectory _directory;
    private readonly ClusterView _view = new(Maps.OfMachines(Machines), [], new RingShares(new RendezvousHashRing()), 3);
    private readonly BeatPlan _plan;

    public BeatPlanTests()
    {
        _directory = new PeerDirectory(_time);
        _plan = PlanOf(_directory);
        // As others of the machine do, and it is down for ever.
        _directory.Of(Maps.IdOf(7));
        foreach (var number in Enumerable.Range(1, Machines).Where(number => number != 7))
        {
            Up(number);
        }
    }

    [TestCase(1)]
    [TestCase(40)]
    [TestCase(Machines)]
    public void Next_machines_in_the_order_of_ids_are_beaten_every_second(int own)
    {
        var neighbours = Enumerable.Range(own, 3).Select(number => Maps.IdOf((number % Machines) + 1));

        for (var second = 0; second < 50; second++)
        {
            Assert.That(_plan.Next(_view, Maps.IdOf(own)), Is.SupersetOf(neighbours));
        }
    }

    [Test]
    public void Everybody_is_beaten_within_the_bound_and_no_more_at_once_than_are_due()
    {
        var beaten = new HashSet<MachineId>();
        for (var second = 0; second < (Machines - 1 - 3 + 4) / 5; second++)
        {
            var now = _plan.Next(_view, Maps.IdOf(7));
            Assert.That(now, Has.Count.EqualTo(3 + 5));
            beaten.UnionWith(now);
        }

        Assert.That(beaten, Has.Count.EqualTo(Machines - 1));
        Assert.That(beaten, Has.No.Member(Maps.IdOf(7)));
    }

    [Test]
    public void Machine_that_is_no_member_yet_beats_to_all_in_turn_too()
    {
        var beaten = Enumerable.Range(0, 20).SelectMany(_ => _plan.Next(_view, new MachineId(5000))).ToHashSet();

        Assert.That(beaten, Has.Count.EqualTo(Machines));
    }

    [Test]
    public void Machine_that_another_one_sees_down_is_tried_next_unless_it_answered_lately()
    {
        _time.Advance(TimeSpan.FromSeconds(30));
        Up(60);

        _plan.Heard([new(Maps.IdOf(50), 3), new(Maps.IdOf(60), 3)]);

        var normal = PlanOf(_directory).Next(_view, Maps.IdOf(7));
        Assert.That(normal, Has.No.Member(Maps.IdOf(50)).And.No.Member(Maps.IdOf(60)));
        Assert.That(_plan.Next(_view, Maps.IdOf(7)).Except(normal), Is.EqualTo(new[] { Maps.IdOf(50) }));
    }

    [Test]
    public void So_many_that_are_down_are_tried_in_a_second_and_those_first_that_wait_longest()
    {
        _time.Advance(TimeSpan.FromSeconds(30));
        foreach (var number in new[] { 90, 91, 92, 93 })
        {
            Fails(number);
        }
        Assert.That(Tried(), Is.Empty, "it was tried just now");
        _time.Advance(TimeSpan.FromSeconds(6));
        Fails(91);

        Assert.That(Tried(), Is.EqualTo(new[] { Maps.IdOf(90), Maps.IdOf(92) }));

        IEnumerable<MachineId> Tried()
        {
            var unaware = new PeerDirectory(_time);
            foreach (var peer in _directory.All.Where(peer => peer.Id != Maps.IdOf(7)))
            {
                unaware.Of(peer.Id).Answered(CardOf(peer.Id), "a");
            }
            return PlanOf(_directory).Next(_view, Maps.IdOf(7)).Except(PlanOf(unaware).Next(_view, Maps.IdOf(7)));
        }
    }

    private BeatPlan PlanOf(PeerDirectory directory) => new(Settings, directory, new VotePoll(null, 3, directory, _time));

    private void Up(int number) => _directory.Of(Maps.IdOf(number)).Answered(CardOf(Maps.IdOf(number)), $"memory://machine-{number}");

    private void Fails(int number) => _directory.Of(Maps.IdOf(number)).Failed(_directory.Of(Maps.IdOf(number)).View, "it is off", inTime: true);

    private static MachineCard CardOf(MachineId id) => new() { Machine = id, Incarnation = 1, Start = 1, Cluster = 1, HoldsData = false, Membership = 0, Clock = default };
}
