using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;
using LightDfs.Testing.Time;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.InMemory;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InMemoryNetworkTests
{
    private readonly InMemoryNetwork _network = new();
    private readonly InMemoryPeerTransport _a;
    private readonly InMemoryPeerTransport _b;

    public InMemoryNetworkTests()
    {
        _a = _network.CreateTransport("memory://a");
        _b = _network.CreateTransport("memory://b");
        var handler = new ScriptedPeerHandler((request, _) => new(new PeerReply { Status = PeerStatus.Ok, Head = request.Head }));
        _network.Attach("memory://a", handler);
        _network.Attach("memory://b", handler);
    }

    [Test]
    public async Task Cut_link_fails_in_one_direction_until_mended()
    {
        _network.Cut("memory://a", "memory://b");

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_a, "memory://b"));
        Assert.That(await SendAsync(_b, "memory://a"), Is.EqualTo(PeerStatus.Ok));
        _network.Mend("memory://a", "memory://b");
        Assert.That(await SendAsync(_a, "memory://b"), Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Cut_between_two_leaves_both_reachable_for_a_third()
    {
        var c = _network.CreateTransport("memory://c");
        _network.CutBetween("memory://a", "memory://b");

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_a, "memory://b"));
        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_b, "memory://a"));
        Assert.That((await SendAsync(c, "memory://a"), await SendAsync(c, "memory://b")), Is.EqualTo((PeerStatus.Ok, PeerStatus.Ok)));
        _network.MendBetween("memory://b", "memory://a");
        Assert.That((await SendAsync(_a, "memory://b"), await SendAsync(_b, "memory://a")), Is.EqualTo((PeerStatus.Ok, PeerStatus.Ok)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(99_999)]
    public async Task Request_broken_in_the_middle_fails_on_both_sides_after_so_many_bytes(long bytes)
    {
        var read = 0L;
        Exception? receiver = null;
        _network.Attach("memory://b", new ScriptedPeerHandler(async (request, token) =>
        {
            try
            {
                for (var buffer = new byte[700]; ;)
                {
                    read += await request.Body!.ReadAsync(buffer, token);
                }
            }
            catch (Exception exception)
            {
                receiver = exception;
                throw;
            }
        }));
        _network.Interceptor = (exchange, token) =>
        {
            exchange.BreakRequestAfter(bytes);
            return exchange.DeliverAsync(exchange.Request, token);
        };

        await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.SendAsync(
            "memory://b", new PeerRequest { Head = default, Proof = default, Body = new PatternStream(100_000), BodyLength = 100_000 }, CancellationToken.None));

        Assert.That((read, receiver is IOException or OperationCanceledException), Is.EqualTo((bytes, true)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(99_999)]
    public async Task Reply_broken_in_the_middle_throws_after_so_many_bytes(long bytes)
    {
        var body = new PatternStream(100_000);
        _network.Attach("memory://b", new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = body, BodyLength = 100_000 })));
        _network.Interceptor = (exchange, token) =>
        {
            exchange.BreakReplyAfter(bytes);
            return exchange.DeliverAsync(exchange.Request, token);
        };

        await using (var reply = await _a.SendAsync("memory://b", new PeerRequest { Head = default, Proof = default }, CancellationToken.None))
        {
            await reply.Body!.ReadExactlyAsync(new byte[bytes]);
            await Assert.CatchAsync<IOException>(() => reply.Body!.ReadAsync(new byte[1]).AsTask());
        }

        Assert.That(body.IsDisposed);
    }

    [Test]
    public async Task Body_shorter_than_where_it_would_break_arrives_whole()
    {
        _network.Attach("memory://b", new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = new PatternStream(5000), BodyLength = 5000 })));
        _network.Interceptor = (exchange, token) =>
        {
            exchange.BreakReplyAfter(5000);
            return exchange.DeliverAsync(exchange.Request, token);
        };

        await using var reply = await _a.SendAsync("memory://b", new PeerRequest { Head = default, Proof = default }, CancellationToken.None);

        Assert.That(await PatternStream.CheckAsync(reply.Body), Is.EqualTo(5000));
    }

    [Test]
    public async Task Seeded_faults_break_bodies_of_both_directions()
    {
        _network.Attach("memory://b", new ScriptedPeerHandler(async (request, token) =>
        {
            await PatternStream.CheckAsync(request.Body, token);
            return new PeerReply { Status = PeerStatus.Ok, Body = new PatternStream(1000), BodyLength = 1000 };
        }));
        _network.Interceptor = new SeededFaults(3, TimeProvider.System) { BrokenRequests = 0.3, BrokenReplies = 0.3 }.InterceptAsync;
        var outcomes = new List<string>();

        for (var i = 0; i < 50; i++)
        {
            try
            {
                await using var reply = await _a.SendAsync(
                    "memory://b", new PeerRequest { Head = default, Proof = default, Body = new PatternStream(1000), BodyLength = 1000 }, CancellationToken.None);
                await PatternStream.CheckAsync(reply.Body);
                outcomes.Add("whole");
            }
            catch (Exception exception) when (exception is PeerUnreachableException or IOException)
            {
                outcomes.Add(exception.GetType().Name);
            }
        }

        Assert.That(outcomes.Distinct().Count(), Is.EqualTo(3), "some whole, some requests and some replies broken off");
    }

    [Test]
    public async Task Machine_that_is_down_neither_hears_nor_asks()
    {
        _network.TakeDown("memory://b");

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_a, "memory://b"));
        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_b, "memory://a"));
        _network.BringUp("memory://b");
        Assert.That((await SendAsync(_a, "memory://b"), await SendAsync(_b, "memory://a")), Is.EqualTo((PeerStatus.Ok, PeerStatus.Ok)));
    }

    [Test]
    public async Task Detached_address_is_unreachable()
    {
        _network.Detach("memory://b");

        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_a, "memory://b"));
    }

    [Test]
    public async Task Requests_are_counted_with_failed_ones()
    {
        await SendAsync(_a, "memory://b");
        _network.TakeDown("memory://b");
        await Assert.ThrowsAsync<PeerUnreachableException>(() => SendAsync(_a, "memory://b"));

        Assert.That((_network.RequestsTo("memory://b"), _network.RequestsTo("memory://a")), Is.EqualTo((2L, 0L)));
    }

    [Test]
    public async Task Going_down_breaks_off_what_is_under_way([Values] bool receiver)
    {
        var arrived = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _network.Attach("memory://b", new ScriptedPeerHandler(async (_, token) =>
        {
            token.Register(ended.SetResult);
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return new PeerReply { Status = PeerStatus.Ok };
        }));

        var sending = SendAsync(_a, "memory://b");
        await arrived.Task;
        _network.TakeDown(receiver ? "memory://b" : "memory://a");

        await Assert.ThrowsAsync<PeerUnreachableException>(() => sending);
        await ended.Task;
    }

    [Test]
    public async Task Cutting_breaks_off_a_reply_that_is_being_read()
    {
        _network.Attach("memory://b", new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = new GatedStream(1), BodyLength = 10 })));
        await using var reply = await _a.SendAsync("memory://b", new PeerRequest { Head = default, Proof = default }, CancellationToken.None);
        await reply.Body!.ReadExactlyAsync(new byte[1]);

        var reading = reply.Body.ReadAsync(new byte[1]).AsTask();
        _network.Cut("memory://a", "memory://b");

        Assert.That(await Assert.CatchAsync(() => reading), Is.InstanceOf<IOException>());
    }

    [Test]
    public async Task Interceptor_can_alter_request_and_reply()
    {
        _network.Interceptor = async (exchange, token) =>
        {
            await using var reply = await exchange.DeliverAsync(new PeerRequest { Head = new byte[] { 9 }, Proof = default }, token);
            return new PeerReply { Status = PeerStatus.Full, Head = new byte[] { reply.Head.Span[0], 8 } };
        };

        await using var altered = await _a.SendAsync("memory://b", new PeerRequest { Head = new byte[] { 1 }, Proof = default }, CancellationToken.None);

        Assert.That((altered.Status, altered.Head.ToArray()[0], altered.Head.ToArray()[1]), Is.EqualTo((PeerStatus.Full, (byte)9, (byte)8)));
    }

    [Test]
    public async Task Seeded_faults_repeat()
    {
        var first = await RunAsync(7);
        var again = await RunAsync(7);
        var other = await RunAsync(8);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Distinct().Count(), Is.EqualTo(3), "some delivered, some requests lost, some replies lost");

        async Task<List<string>> RunAsync(ulong seed)
        {
            _network.Interceptor = new SeededFaults(seed, TimeProvider.System) { LostRequests = 0.3, LostReplies = 0.3 }.InterceptAsync;
            var outcomes = new List<string>();
            for (var i = 0; i < 50; i++)
            {
                try
                {
                    outcomes.Add((await SendAsync(_a, "memory://b")).ToString());
                }
                catch (PeerUnreachableException exception)
                {
                    outcomes.Add(exception.Reason);
                }
            }
            return outcomes;
        }
    }

    [Test]
    public async Task Delays_are_waited_on_the_given_time()
    {
        var time = new SimulatedTime();
        _network.Interceptor = new SeededFaults(1, time) { MinDelay = TimeSpan.FromSeconds(5), MaxDelay = TimeSpan.FromSeconds(5) }.InterceptAsync;
        var sending = SendAsync(_a, "memory://b");

        await time.RunUntilAsync(sending);

        Assert.That((await sending, time.Elapsed), Is.EqualTo((PeerStatus.Ok, TimeSpan.FromSeconds(10))));
    }

    [Test]
    public void Connection_is_what_the_network_says()
    {
        var network = new InMemoryNetwork { IsLoopback = false, IsProtected = true };
        var transport = network.CreateTransport("MEMORY://A/");

        Assert.That((transport.IsLoopback("memory://b"), transport.IsProtected("memory://b"), transport.From), Is.EqualTo((false, true, "memory://a")));
    }

    private static async Task<PeerStatus> SendAsync(InMemoryPeerTransport from, string to)
    {
        await using var reply = await from.SendAsync(to, new PeerRequest { Head = new byte[] { 1 }, Proof = default }, CancellationToken.None);
        return reply.Status;
    }
}
