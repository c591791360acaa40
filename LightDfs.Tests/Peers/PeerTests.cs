using LightDfs.Peers;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerTests
{
    private static readonly MachineCard Card = Samples.Card with { Start = 3, Incarnation = 33 };
    private readonly FakeTimeProvider _time = new(Samples.Time);
    private readonly Peer _peer;

    public PeerTests() => _peer = new Peer(Card.Machine, _time);

    [Test]
    public void Peer_that_was_never_asked_is_down_and_tells_so()
    {
        Assert.That(_peer.View, Is.EqualTo(new PeerView { State = MachineState.Down, Why = "not asked yet", Since = Samples.Time }));
        Assert.That((_peer.IsUp, _peer.TakesFiles, _peer.InContact.IsCancellationRequested), Is.EqualTo((false, false, false)));
    }

    [Test]
    public void Answer_brings_it_up_with_all_that_is_known_by_it()
    {
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(_peer.Answered(Card, "a", TimeSpan.FromSeconds(2)));

        Assert.That(_peer.View, Is.EqualTo(new PeerView
        {
            Address = "a",
            Start = 3,
            Incarnation = 33,
            State = MachineState.Up,
            Why = "it answers",
            Since = Samples.Time.AddMinutes(1),
            ClockAhead = TimeSpan.FromSeconds(2),
        }));
    }

    [Test]
    public void Time_tried_in_vain_is_from_the_first_to_the_last_try_since_it_answered()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_peer.UnansweredFor, Is.Null, "nobody tried");
        _peer.Failed(_peer.View, "first", inTime: true);
        Assert.That(_peer.UnansweredFor, Is.EqualTo(TimeSpan.Zero));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_peer.UnansweredFor, Is.EqualTo(TimeSpan.Zero), "time in which nobody tries is no evidence");
        _peer.Failed(_peer.View, "second", inTime: true);
        Assert.That(_peer.UnansweredFor, Is.EqualTo(TimeSpan.FromMinutes(1)));

        _peer.Answered(Card, "a");
        Assert.That(_peer.UnansweredFor, Is.Null);
        _time.Advance(TimeSpan.FromMinutes(1));
        _peer.Failed(_peer.View, "third", inTime: true);

        Assert.That(_peer.UnansweredFor, Is.EqualTo(TimeSpan.Zero));
        _peer.CountDownAnew();
        Assert.That(_peer.UnansweredFor, Is.Null);
    }

    [Test]
    public void Up_since_is_when_it_came_up_not_when_it_answered_last()
    {
        _peer.Answered(Card, "a");
        _time.Advance(TimeSpan.FromMinutes(1));
        _peer.Answered(Card, "a");

        Assert.That(_peer.View.Since, Is.EqualTo(Samples.Time));
    }

    [TestCase(2, 22UL)]
    [TestCase(3, 32UL)]
    public void Answer_of_an_older_run_or_a_lower_one_changes_nothing(long start, ulong incarnation)
    {
        _peer.Answered(Card, "a");
        var before = _peer.View;

        Assert.That(_peer.Answered(Card with { Start = start, Incarnation = incarnation }, "b"), Is.False);

        Assert.That(_peer.View, Is.SameAs(before));
    }

    [Test]
    public void Later_run_takes_over_and_what_the_run_before_told_is_forgotten()
    {
        _peer.Answered(Card, "a");
        _peer.Reported(Samples.Report with { Failure = "" });
        Assert.That(_peer.TakesFiles);

        Assert.That(_peer.Answered(Card with { Start = 4, Incarnation = 44 }, "b"));

        Assert.That(_peer.View, Has.Property("Report").Null.And.Property("Address").EqualTo("b").And.Property("Incarnation").EqualTo(44));
        Assert.That(_peer.TakesFiles, Is.False);
    }

    [TestCase(false, false, "", true)]
    [TestCase(false, false, "disk broken", false)]
    [TestCase(true, false, "", false)]
    [TestCase(false, true, "", false)]
    public void Files_go_to_a_peer_that_serves_has_room_and_works(bool isFull, bool isStarting, string failure, bool expected)
    {
        _peer.Answered(Card, "a");
        _peer.Reported(Samples.Report with { IsFull = isFull, IsServing = !isStarting, Failure = failure });

        Assert.That(_peer.TakesFiles, Is.EqualTo(expected));
    }

    [Test]
    public void Failure_takes_it_down_and_ends_what_waits_for_it()
    {
        _peer.Answered(Card, "a");
        var contact = _peer.InContact;
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(_peer.Failed(_peer.View, "refused", inTime: true));

        Assert.That(contact.IsCancellationRequested);
        Assert.That((_peer.View.State, _peer.View.Why, _peer.View.Since), Is.EqualTo((MachineState.Down, "refused", Samples.Time.AddMinutes(1))));
    }

    [Test]
    public void Next_failure_tells_why_now_but_not_since_when_and_takes_nothing_down_again()
    {
        _peer.Answered(Card, "a");
        _peer.Failed(_peer.View, "refused", inTime: true);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(_peer.Failed(_peer.View, "no route", inTime: true), Is.False);

        Assert.That((_peer.View.Why, _peer.View.Since), Is.EqualTo(("no route", Samples.Time)));
    }

    [Test]
    public void Peer_that_is_up_again_can_be_waited_for_again()
    {
        _peer.Answered(Card, "a");
        _peer.Failed(_peer.View, "refused", inTime: true);
        Assert.That(_peer.InContact.IsCancellationRequested);

        _peer.Answered(Card, "a");

        Assert.That(_peer.InContact.IsCancellationRequested, Is.False);
    }

    [Test]
    public void Peer_that_is_only_slow_stays_up_until_it_has_not_answered_for_five_seconds()
    {
        _peer.Answered(Card, "a");
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That((_peer.Failed(_peer.View, "no answer within 3 s.", inTime: false), _peer.IsUp), Is.EqualTo((false, true)));

        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.That((_peer.Failed(_peer.View, "no answer within 3 s.", inTime: false), _peer.IsUp), Is.EqualTo((true, false)));
    }

    [Test]
    public void Failure_of_an_earlier_run_or_at_another_address_says_nothing_of_the_present_one()
    {
        _peer.Answered(Card, "a");
        var asked = _peer.View;
        _peer.Answered(Card with { Start = 4, Incarnation = 44 }, "a");
        Assert.That((_peer.Failed(asked, "broke off", inTime: true), _peer.IsUp), Is.EqualTo((false, true)));

        asked = _peer.View;
        _peer.Answered(Card with { Start = 4, Incarnation = 44 }, "b");
        Assert.That((_peer.Failed(asked, "broke off", inTime: true), _peer.IsUp, _peer.View.Why), Is.EqualTo((false, true, "it answers")));
    }

    [Test]
    public void Address_to_try_never_replaces_one_that_is_known()
    {
        _peer.TryAt("a");
        _peer.TryAt("b");
        Assert.That(_peer.View.Address, Is.EqualTo("a"));

        _peer.Answered(Card, "c");
        _peer.TryAt("a");

        Assert.That(_peer.View.Address, Is.EqualTo("c"));
    }
}
