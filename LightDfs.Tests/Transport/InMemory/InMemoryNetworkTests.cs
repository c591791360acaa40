using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;
using Microsoft.Extensions.Time.Testing;
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
        var time = new FakeTimeProvider();
        _network.Interceptor = new SeededFaults(1, time) { MinDelay = TimeSpan.FromSeconds(5), MaxDelay = TimeSpan.FromSeconds(5) }.InterceptAsync;

        var sending = SendAsync(_a, "memory://b");
        while (!sending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(await sending, Is.EqualTo(PeerStatus.Ok));
        Assert.That(time.GetUtcNow() - time.Start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(10)));
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
