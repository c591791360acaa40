using LightDfs.Peers;
using LightDfs.Testing.Network;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>How long a peer is waited for, and what ends the waiting.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerClientWaitingTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new(Samples.Time);
    private readonly InMemoryNetwork _network = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PeerOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Node _a;
    private readonly Node _b;
    private readonly Peer _peer;

    public PeerClientWaitingTests()
    {
        (_a, _b) = (new Node(_network, 1, _time), new Node(_network, 2, _time));
        _peer = _a.Peer(_b);
        _b.Operations[Operation.Read] = Hang;
        _b.Operations[Operation.Heartbeat] = Hang;
    }

    [SetUp]
    public async Task MeetAsync() => await _a.AskAsync(_peer);

    [Test]
    public async Task Answer_that_does_not_come_in_time_is_no_answer_and_a_slow_machine_stays_up()
    {
        var asking = _a.AskAsync(_peer, Operation.Read);
        await _arrived.Task.WaitAsync(Guard);

        _time.Advance(TimeSpan.FromSeconds(3));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => asking.WaitAsync(Guard));
        Assert.That(thrown!.Reason, Is.EqualTo("no answer within 3 s."));
        Assert.That(thrown.InnerException, Is.InstanceOf<TimeoutException>());
        Assert.That(_peer.IsUp);
    }

    [Test]
    public async Task Machine_that_has_not_answered_for_long_is_down_when_it_is_late_once_more()
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        var asking = _a.AskAsync(_peer, Operation.Heartbeat);
        await _arrived.Task.WaitAsync(Guard);

        _time.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<PeerUnreachableException>(() => asking.WaitAsync(Guard));
        Assert.That((_peer.IsUp, _peer.View.Why), Is.EqualTo((false, "no answer within 3 s.")));
    }

    [Test]
    public async Task Machine_that_goes_down_ends_what_waits_for_it_and_the_reason_stays()
    {
        var asking = _a.AskAsync(_peer, Operation.Read);
        await _arrived.Task.WaitAsync(Guard);
        var since = _peer.View.Since;

        Assert.That(_peer.Failed(_peer.View, "its power is off.", inTime: true));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => asking.WaitAsync(Guard));
        Assert.That(thrown!.Reason, Is.EqualTo("it went down: its power is off."));
        Assert.That((_peer.View.Why, _peer.View.Since), Is.EqualTo(("its power is off.", since)));
    }

    /// <summary>A heartbeat finds out whether a machine is back, so its being down must not end it.</summary>
    [Test]
    public async Task Heartbeat_goes_on_when_the_machine_goes_down()
    {
        var asking = _a.AskAsync(_peer, Operation.Heartbeat);
        await _arrived.Task.WaitAsync(Guard);

        _peer.Failed(_peer.View, "its power is off.", inTime: true);
        _outcome.SetResult(new PeerOutcome(PeerStatus.Ok));

        Assert.That((await asking.WaitAsync(Guard)).Status, Is.EqualTo(PeerStatus.Ok));
        Assert.That(_peer.IsUp);
    }

    [Test]
    public async Task Failure_of_a_request_to_an_earlier_run_does_not_take_the_present_one_down()
    {
        var asking = _a.AskAsync(_peer, Operation.Read);
        await _arrived.Task.WaitAsync(Guard);
        _b.Restart();
        await _a.AskAsync(_peer);

        // What was under way breaks off, as it does when a process ends.
        _network.Detach(_b.Address);

        await Assert.ThrowsAsync<PeerUnreachableException>(() => asking.WaitAsync(Guard));
        Assert.That((_peer.IsUp, _peer.View.Start), Is.EqualTo((true, 2L)));
    }

    [Test]
    public async Task Caller_that_cancels_gets_that_and_says_nothing_about_the_machine()
    {
        using var cancel = new CancellationTokenSource();
        var asking = _a.Client.CallAsync(_peer, Operation.Read, default, null, TimeSpan.FromSeconds(3), cancel.Token);
        await _arrived.Task.WaitAsync(Guard);

        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => asking.WaitAsync(Guard));
        Assert.That(_peer.IsUp);
    }

    /// <summary>The head is there, the rest never comes: a machine that waits for that without end would never finish its start.</summary>
    [Test]
    public async Task Message_that_stops_half_way_is_waited_for_no_longer_than_an_answer()
    {
        await using var stalled = new StalledStream();
        _b.Operations[Operation.Find] = (_, _) => new(new PeerOutcome(PeerStatus.Ok) { Content = stalled, ContentLength = 10 });
        await using var answer = await _a.Client.CallAsync(_peer, Operation.Find, default, null, TimeSpan.FromSeconds(3), CancellationToken.None);

        var reading = answer.ReadMessageAsync(CancellationToken.None).AsTask();
        await stalled.IsRead.WaitAsync(Guard);
        _time.Advance(TimeSpan.FromSeconds(3));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => reading.WaitAsync(Guard));
        Assert.That(thrown!.Reason, Is.EqualTo("its message did not come within 3 s."));
    }

    [Test]
    public async Task Message_that_breaks_off_is_no_message()
    {
        _b.Operations[Operation.Find] = (_, _) => new(new PeerOutcome(PeerStatus.Ok) { Content = new MemoryStream(new byte[9]), ContentLength = 10 });
        await using var answer = await _a.Client.CallAsync(_peer, Operation.Find, default, null, TimeSpan.FromSeconds(3), CancellationToken.None);

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(async () => await answer.ReadMessageAsync(CancellationToken.None));

        Assert.That(thrown!.Reason, Is.EqualTo("its message broke off."));
    }

    [Test]
    public async Task No_message_is_an_empty_one_whatever_the_status()
    {
        _b.Operations[Operation.Find] = (_, _) => new(PeerOutcome.Because(PeerStatus.Unavailable, "not now"));
        await using var answer = await _a.Client.CallAsync(_peer, Operation.Find, default, null, TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.That((await answer.ReadMessageAsync(CancellationToken.None)).Length, Is.Zero);
        Assert.That((answer.Status, answer.Reason), Is.EqualTo((PeerStatus.Unavailable, "not now")));
    }

    private async ValueTask<PeerOutcome> Hang(PeerCall call, CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        return await _outcome.Task.WaitAsync(cancellationToken);
    }

    private sealed class StalledStream : MemoryStream
    {
        private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsRead => _isRead.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isRead.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
