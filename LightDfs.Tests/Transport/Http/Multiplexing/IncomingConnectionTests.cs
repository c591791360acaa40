using System.Buffers.Binary;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http.Multiplexing;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>The receiving end, against senders that do what no machine does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class IncomingConnectionTests
{
    private const int Long = 1024 * 1024;

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedPeerHandler _handler;

    public IncomingConnectionTests() => _handler = new ScriptedPeerHandler(async (request, token) =>
    {
        switch (request.Head.Span[0])
        {
            case 1:
                return new PeerReply { Status = PeerStatus.Ok, Head = request.Head, Proof = new byte[] { 1 } };
            case 2:
                return new PeerReply { Status = PeerStatus.Ok, Head = request.Head, Proof = new byte[] { 1 }, Body = new PatternStream(Long), BodyLength = Long };
            default:
                _reached.TrySetResult();
                try
                {
                    await _held.Task.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    _cancelled.SetResult();
                    throw;
                }
                return new PeerReply { Status = PeerStatus.Ok, Head = request.Head, Proof = new byte[] { 1 } };
        }
    });

    [Test]
    public async Task Requests_are_answered_when_they_are_done_and_not_in_their_order()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.AskAsync(5, 3);
        await raw.AskAsync(6, 1);
        var first = await raw.ReadAsync();
        _held.SetResult();
        var second = await raw.ReadAsync();

        Assert.That((first!.Value.Kind, first.Value.Call, second!.Value.Call), Is.EqualTo((FrameKind.Reply, 6u, 5u)));
    }

    [Test]
    public async Task No_more_of_a_long_body_comes_than_was_allowed_and_nobody_else_waits_for_it()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.AskAsync(1, 2);
        var got = await ReadDataAsync(raw, Frame.Window);
        await raw.AskAsync(2, 1);
        var between = await raw.ReadAsync();
        await raw.SendAsync(FrameKind.Credit, 1, Int32(1000));
        got += await ReadDataAsync(raw, 1000);
        await raw.AskAsync(3, 1);
        var after = await raw.ReadAsync();
        await raw.SendAsync(FrameKind.Credit, 1, Int32(Frame.Window));
        got += await ReadDataAsync(raw, Frame.Window);

        Assert.That((between!.Value.Kind, between.Value.Call), Is.EqualTo((FrameKind.Reply, 2u)));
        Assert.That((after!.Value.Kind, after.Value.Call), Is.EqualTo((FrameKind.Reply, 3u)));
        Assert.That(got, Is.EqualTo((2 * Frame.Window) + 1000));
    }

    [Test]
    public async Task Cancelled_request_is_cancelled_and_the_others_are_not()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.AskAsync(1, 3);
        await _reached.Task;
        await raw.SendAsync(FrameKind.Cancel, 1);
        await _cancelled.Task;
        var broken = await KindAsync(raw);
        await raw.AskAsync(2, 1);

        Assert.That(broken, Is.EqualTo((FrameKind.BrokenOff, 1u)));
        Assert.That(await KindAsync(raw), Is.EqualTo((FrameKind.Reply, 2u)));
    }

    [Test]
    public async Task What_is_said_of_requests_that_are_answered_is_ignored()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.SendAsync(FrameKind.Cancel, 1);
        await raw.SendAsync(FrameKind.Credit, 2, Int32(1000));
        await raw.AskAsync(1, 1);

        Assert.That(await KindAsync(raw), Is.EqualTo((FrameKind.Reply, 1u)));
    }

    [TestCase("0100000000" + "02000000" + "0000", Description = "a request cut short")]
    [TestCase("0200000000" + "00000000", Description = "a frame for clients")]
    [TestCase("0600000000" + "03000000" + "000000", Description = "half a credit")]
    [TestCase("ff00000000" + "00000000", Description = "no kind")]
    [TestCase("474554202f20485454502f312e310d0a", Description = "HTTP")]
    public async Task Sender_that_speaks_otherwise_is_cut_off(string hex)
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.SendAsync(Convert.FromHexString(hex));

        Assert.That(await raw.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Sender_that_asks_the_same_twice_is_cut_off_and_what_it_asked_is_cancelled()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.AskAsync(1, 3);
        await _reached.Task;
        await raw.AskAsync(1, 3);

        Assert.That(await raw.ReadAsync(), Is.Null.Or.Matches<Frame?>(frame => frame!.Value.Kind == FrameKind.BrokenOff));
        await _cancelled.Task;
    }

    [Test]
    public async Task Sender_with_too_many_requests_at_once_is_cut_off()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler(async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("Never reached.");
        }));
        using var raw = await RawConnection.OpenAsync(host.Address);

        for (var call = 1u; call <= Frame.MaxCalls + 1; call++)
        {
            await raw.AskAsync(call, 3);
        }

        await AssertCutOffAsync(raw);
    }

    [Test]
    public async Task Sender_that_allows_more_than_it_can_have_read_is_cut_off()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await raw.AskAsync(1, 2);
        await ReadDataAsync(raw, Frame.Window);
        await raw.SendAsync(FrameKind.Credit, 1, Int32(Frame.Window + 1));

        await AssertCutOffAsync(raw);
    }

    [Test]
    public async Task Sender_that_goes_away_cancels_what_it_asked()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using (var raw = await RawConnection.OpenAsync(host.Address))
        {
            await raw.AskAsync(1, 3);
            await _reached.Task;
        }

        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Connection_on_which_nothing_comes_is_ended()
    {
        await using var host = await PeerHost.StartAsync(_handler, time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(1, 1);
        await raw.ReadAsync();

        _time.Advance(IncomingConnection.ProofTime);
        await raw.AskAsync(2, 1);
        var answer = await raw.ReadAsync();
        _time.Advance(IncomingConnection.IdleCheck);
        _time.Advance(IncomingConnection.IdleCheck);

        Assert.That(answer!.Value.Kind, Is.EqualTo(FrameKind.Reply));
        Assert.That(await raw.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Connection_whose_requests_take_long_is_kept_longer()
    {
        await using var host = await PeerHost.StartAsync(_handler, time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(1, 1);
        await raw.ReadAsync();
        await raw.AskAsync(2, 3);
        await _reached.Task;

        _time.Advance(IncomingConnection.ProofTime);
        for (var check = 0; check < 9; check++)
        {
            _time.Advance(IncomingConnection.IdleCheck);
        }
        _held.SetResult();

        Assert.That((await raw.ReadAsync())!.Value.Kind, Is.EqualTo(FrameKind.Reply));
    }

    [Test]
    public async Task Body_that_nobody_takes_any_more_is_given_up()
    {
        var body = new PatternStream(Long);
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Proof = new byte[] { 1 }, Body = body, BodyLength = Long })), time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(1, 2);
        await ReadDataAsync(raw, Frame.Window);

        _time.Advance(IncomingConnection.ProofTime);
        for (var check = 0; check < 10; check++)
        {
            Assert.That(body.IsDisposed, Is.False);
            _time.Advance(IncomingConnection.IdleCheck);
        }

        Assert.That(await raw.ReadAsync(), Is.Null);
        await Until.TrueAsync(() => body.IsDisposed, "the body is given up");
    }

    [Test]
    public async Task Sender_that_proves_nothing_is_cut_off_in_time()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Refused })), time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(1, 1);
        var refused = await KindAsync(raw);

        _time.Advance(IncomingConnection.ProofTime);

        Assert.That(refused.Kind, Is.EqualTo(FrameKind.Reply));
        Assert.That(await raw.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Sender_that_asks_and_never_reads_runs_out_of_places()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Refused, Head = new byte[12_000] })), time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);

        await Assert.CatchAsync<IOException>(async () =>
        {
            for (var call = 1u; call < 1_000_000; call++)
            {
                await raw.AskAsync(call, 1);
            }
        });
    }

    [Test]
    public async Task Sender_is_cut_off_at_once_however_long_the_disk_takes()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler(async (_, _) =>
        {
            _reached.TrySetResult();
            await _held.Task;
            return new PeerReply { Status = PeerStatus.Ok };
        }));
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(1, 3);
        await _reached.Task;

        await raw.AskAsync(1, 3);

        Assert.That(await raw.ReadAsync(), Is.Null);
        _held.SetResult();
    }

    [Test]
    public async Task Request_that_ends_while_nobody_reads_is_forgotten_with_the_connection()
    {
        var answered = 0;
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            if (request.Head.Span[0] == 3)
            {
                _reached.TrySetResult();
                await _held.Task.WaitAsync(token);
            }
            Interlocked.Increment(ref answered);
            return new PeerReply { Status = PeerStatus.Refused, Head = new byte[12_000] };
        }), time: _time);
        using (var raw = await RawConnection.OpenAsync(host.Address))
        {
            await raw.AskAsync(1, 3);
            await _reached.Task;
            for (var call = 2u; call <= Frame.MaxCalls; call++)
            {
                await raw.AskAsync(call, 1);
            }
            await Until.TrueAsync(() => Volatile.Read(ref answered) == Frame.MaxCalls - 1, "all but one are answered");
            await raw.SendAsync(FrameKind.Cancel, 1);
        }

        // All of it has ended, or this would wait for the host's patience.
        await host.App.StopAsync().WaitAsync(TimeSpan.FromSeconds(25));
    }

    [Test]
    public async Task Place_of_a_request_is_free_when_its_sender_can_know_that_it_is_answered()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var raw = await RawConnection.OpenAsync(host.Address);

        for (var round = 0; round < 500; round++)
        {
            await raw.AskAsync(7, 1);
            Assert.That(await KindAsync(raw), Is.EqualTo((FrameKind.Reply, 7u)));
        }
    }

    [Test]
    public async Task App_that_stops_answers_what_it_was_asked_and_is_not_held_up_by_who_stays()
    {
        await using var host = await PeerHost.StartAsync(_handler, time: _time);
        using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.AskAsync(2, 1);
        await raw.ReadAsync();
        await raw.AskAsync(1, 3);
        await _reached.Task;

        var stopping = host.App.StopAsync();
        var told = await raw.ReadAsync();
        _time.Advance(IncomingConnection.LeavingCheck);
        _time.Advance(IncomingConnection.LeavingCheck);
        _held.SetResult();
        var answer = await raw.ReadAsync();
        while (!stopping.IsCompleted)
        {
            _time.Advance(IncomingConnection.LeavingCheck);
            await Task.Yield();
        }
        await stopping;

        Assert.That((told!.Value.Kind, answer!.Value.Kind), Is.EqualTo((FrameKind.Leaving, FrameKind.Reply)));
        Assert.That(await raw.ReadAsync(), Is.Null);
    }

    private static async Task<(FrameKind Kind, uint Call)> KindAsync(RawConnection raw)
    {
        var frame = (await raw.ReadAsync())!.Value;
        return (frame.Kind, frame.Call);
    }

    /// <summary>The server ends the connection, and answers nothing more before.</summary>
    private static async Task AssertCutOffAsync(RawConnection raw)
    {
        while (await raw.ReadAsync() is { } frame)
        {
            Assert.That(frame.Kind, Is.EqualTo(FrameKind.BrokenOff));
        }
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>Reads frames of a reply until so many bytes of its body came; more of them would be a failure.</summary>
    private static async Task<int> ReadDataAsync(RawConnection raw, int count)
    {
        var got = 0;
        while (got < count)
        {
            var frame = (await raw.ReadAsync())!.Value;
            Assert.That(frame.Kind, Is.EqualTo(FrameKind.Data).Or.EqualTo(FrameKind.Reply));
            got += frame.Kind == FrameKind.Data ? frame.Payload.Length : 0;
        }
        Assert.That(got, Is.EqualTo(count));
        return got;
    }
}
