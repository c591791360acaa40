#pragma warning disable CS1591 // The name of a test is its contract.
using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class PeerTransportConformance
{
    [Test]
    public async Task Address_where_nobody_listens_is_unreachable()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [], [], 0))));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => setup.Transport.SendAsync(setup.UnreachableAddress, Request([1], [], 1000), CancellationToken.None).WaitAsync(Patience));

        Assert.That((thrown!.Address, thrown.Reason.Length > 10), Is.EqualTo((setup.UnreachableAddress, true)));
    }

    [Test]
    public async Task Receiver_that_breaks_off_is_unreachable()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => throw new IOException("broken by the test")));

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(setup, Request([1], [], 0)));
    }

    [Test]
    public async Task Cancelled_before_sending_nothing_is_sent()
    {
        var arrived = 0;
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [(byte)Interlocked.Increment(ref arrived)], [], 0))));

        await Assert.CatchAsync<OperationCanceledException>(() => SendAsync(setup, Request([1], [], 0), new CancellationToken(canceled: true)));
        await using var reply = await SendAsync(setup, Request([1], [], 0));

        Assert.That(arrived, Is.EqualTo(1));
    }

    [Test]
    public async Task Cancelling_while_the_receiver_thinks_ends_both()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var setup = await CreateAsync(new ScriptedPeerHandler(async (_, token) =>
        {
            token.Register(ended.SetResult);
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("Never reached.");
        }));
        using var cancel = new CancellationTokenSource();

        var sending = SendAsync(setup, Request([1], [], 0), cancel.Token);
        await arrived.Task.WaitAsync(Patience);
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => sending);
        await ended.Task.WaitAsync(Patience);
    }

    [Test]
    public async Task Cancelling_while_the_body_is_sent_ends_both()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            try
            {
                await request.Body!.ReadExactlyAsync(new byte[1], token);
                begun.SetResult();
                await request.Body.ReadExactlyAsync(new byte[request.BodyLength - 1], token);
                throw new InvalidOperationException("The body went on.");
            }
            catch (Exception exception)
            {
                ended.SetResult(exception);
                throw;
            }
        }));
        using var cancel = new CancellationTokenSource();

        var sending = SendAsync(setup, new PeerRequest { Head = default, Proof = default, Body = new GatedStream(100_000), BodyLength = 200_000 }, cancel.Token);
        await begun.Task.WaitAsync(Patience);
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => sending);
        Assert.That(await ended.Task.WaitAsync(Patience), Is.InstanceOf<IOException>().Or.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Cancelling_while_the_reply_is_read_ends_both()
    {
        var body = new GatedStream(1);
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = body, BodyLength = 1000 })));
        using var cancel = new CancellationTokenSource();

        await using (var reply = await SendAsync(setup, Request([], [], 0), cancel.Token))
        {
            await reply.Body!.ReadExactlyAsync(new byte[1]);
            var reading = reply.Body.ReadAsync(new byte[1]).AsTask();
            await cancel.CancelAsync();
            await Assert.CatchAsync<OperationCanceledException>(() => reading.WaitAsync(Patience));
        }

        await body.GaveUp.WaitAsync(Patience);
    }

    [Test]
    public async Task Disposing_a_reply_that_is_still_coming_ends_the_other_side()
    {
        var body = new GatedStream(1);
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = body, BodyLength = 1000 })));

        var reply = await SendAsync(setup, Request([], [], 0));
        await reply.Body!.ReadExactlyAsync(new byte[1]);
        await reply.DisposeAsync();

        await body.GaveUp.WaitAsync(Patience);
    }

    [Test]
    public async Task Small_request_body_shorter_than_promised_throws()
    {
        var finished = 0;
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            await PatternStream.CheckAsync(request.Body, token);
            finished++;
            return Reply(PeerStatus.Ok, [], [], 0);
        }));

        await Assert.ThrowsAsync<EndOfStreamException>(() => SendAsync(setup, new PeerRequest { Head = default, Proof = default, Body = new PatternStream(999), BodyLength = 1000 }));

        Assert.That(finished, Is.Zero);
    }

    [Test]
    public async Task Request_body_shorter_than_promised_throws_on_both_sides()
    {
        const int promised = 200_000;
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            try
            {
                await PatternStream.CheckAsync(request.Body, token);
                ended.SetResult(null);
                return Reply(PeerStatus.Ok, [], [], 0);
            }
            catch (Exception exception)
            {
                ended.SetResult(exception);
                throw;
            }
        }));

        await Assert.ThrowsAsync<EndOfStreamException>(() => SendAsync(
            setup, new PeerRequest { Head = default, Proof = default, Body = new PatternStream(promised - 1), BodyLength = promised }));

        Assert.That(await ended.Task.WaitAsync(Patience), Is.InstanceOf<IOException>().Or.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Failure_of_the_senders_stream_reaches_the_sender_as_it_is()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            await PatternStream.CheckAsync(request.Body, token);
            return Reply(PeerStatus.Ok, [], [], 0);
        }));

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => SendAsync(setup, new PeerRequest
        {
            Head = default,
            Proof = default,
            Body = new PatternStream(500, new InvalidDataException("of the sender")),
            BodyLength = 1000,
        }));

        Assert.That(thrown!.Message, Is.EqualTo("of the sender"));
    }

    [Test]
    public async Task Reply_body_shorter_than_promised_throws_instead_of_ending([Values(1000, 200_000)] int promised)
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(
            new PeerReply { Status = PeerStatus.Ok, Body = new PatternStream(promised - 1), BodyLength = promised })));

        Assert.That(await Assert.CatchAsync(() => ReadReplyAsync(setup)), BrokenOff);
    }

    [Test]
    public async Task Reply_body_that_fails_throws_instead_of_ending()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(
            new PeerReply { Status = PeerStatus.Ok, Body = new PatternStream(50_000, new InvalidDataException("of the receiver")), BodyLength = 100_000 })));

        Assert.That(await Assert.CatchAsync(() => ReadReplyAsync(setup)), BrokenOff);
    }

    [Test]
    public async Task Transport_works_on_after_failures()
    {
        var fail = true;
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => fail ? throw new IOException("broken by the test") : new(Reply(PeerStatus.Ok, [3], [], 10))));

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(setup, Request([1], [], 100_000)));
        fail = false;
        await using var reply = await SendAsync(setup, Request([1], [], 100_000));

        Assert.That(reply.Head.ToArray(), Is.EqualTo(new byte[] { 3 }));
    }

    /// <summary>Breaking off may overtake the head of the reply.</summary>
    private static NUnit.Framework.Constraints.IResolveConstraint BrokenOff => Is.InstanceOf<IOException>().Or.InstanceOf<PeerUnreachableException>();

    private async Task ReadReplyAsync(PeerTransportSetup setup)
    {
        await using var reply = await SendAsync(setup, Request([], [], 0));
        await PatternStream.CheckAsync(reply.Body).WaitAsync(Patience);
    }
}
