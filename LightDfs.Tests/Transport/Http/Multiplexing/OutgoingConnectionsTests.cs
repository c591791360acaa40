using System.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http;
using LightDfs.Transport.Http.Multiplexing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>When requests share a connection, and when they go alone. The server counts.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OutgoingConnectionsTests
{
    private static readonly ScriptedPeerHandler Answers = new(async (request, token) =>
    {
        await PatternStream.CheckAsync(request.Body, token);
        return new PeerReply { Status = PeerStatus.Ok, Proof = new byte[] { 1 } };
    });

    private readonly FakeTimeProvider _time = new();
    private int _alone;
    private int _upgrades;

    [Test]
    public async Task Address_that_is_asked_often_is_asked_on_a_shared_connection()
    {
        await using var host = await StartAsync(Answers);

        for (var request = 0; _upgrades == 0 || host.Transport.Connections.Find(host.Address) is null; request++)
        {
            await AskAsync(host);
            Assert.That(_upgrades, Is.LessThanOrEqualTo(request + 1 >= OutgoingConnections.WorthIt ? 1 : 0));
        }
        var before = _alone;
        for (var request = 0; request < 10; request++)
        {
            await AskAsync(host);
        }

        Assert.That((_alone - before, _upgrades), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Long_bodies_go_alone()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);

        await AskAsync(host, Frame.MaxInlineBody);
        var shared = _alone;
        await AskAsync(host, Frame.MaxInlineBody + 1);

        Assert.That((shared, _alone), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Requests_for_long_replies_go_alone()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);

        await using var reply = await host.Transport.SendAsync(host.Address, new PeerRequest { Head = default, Proof = default, ExpectsLongReply = true }, CancellationToken.None);

        Assert.That(_alone, Is.EqualTo(1));
    }

    [Test]
    public async Task Requests_that_were_given_up_and_linger_cut_nobody_off()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new ScriptedPeerHandler(async (request, _) =>
        {
            if (request.Head.Span[0] == 2)
            {
                await held.Task;
            }
            return new PeerReply { Status = PeerStatus.Ok };
        }));
        await host.Transport.Connections.OpenAsync(host.Address);
        using var cancel = new CancellationTokenSource();

        var given = Enumerable.Range(0, Frame.MaxCalls).Select(_ => host.Transport.SendAsync(host.Address, new PeerRequest { Head = new byte[] { 2 }, Proof = default }, cancel.Token)).ToList();
        await cancel.CancelAsync();
        foreach (var asking in given)
        {
            await Assert.CatchAsync<OperationCanceledException>(() => asking);
        }
        await AskAsync(host);
        var lingering = _alone;
        var connection = host.Transport.Connections.Find(host.Address)!;
        held.SetResult();
        for (var before = _alone; _alone > before || connection.Requests == Frame.MaxCalls;)
        {
            before = _alone;
            await AskAsync(host);
        }

        Assert.That((lingering, connection.IsOpen), Is.EqualTo((1, true)));
    }

    [TestCase(1, true)]
    [TestCase(2, false)]
    public async Task Handler_that_may_have_one_connection_keeps_it_for_itself(int connections, bool isAlone)
    {
        await using var host = await StartAsync(Answers);
        using var transport = new HttpPeerTransport(handler => handler.MaxConnectionsPerServer = connections, _time);
        await transport.Connections.OpenAsync(host.Address);

        Assert.That(transport.Connections.Find(host.Address) is null, Is.EqualTo(isAlone));
    }

    [TestCase(-1, false)]
    [TestCase(0, true)]
    public async Task Lifetime_of_the_handler_counts(int milliseconds, bool isAlone)
    {
        await using var host = await StartAsync(Answers);
        using var transport = new HttpPeerTransport(handler => handler.PooledConnectionLifetime = TimeSpan.FromMilliseconds(milliseconds), _time);
        await transport.Connections.OpenAsync(host.Address);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(transport.Connections.Find(host.Address) is null, Is.EqualTo(isAlone));
    }

    [Test]
    public async Task Server_with_enough_connections_is_asked_one_by_one_and_again_soon()
    {
        await using var host = await StartAsync(Answers, services: builder => builder.WebHost.ConfigureKestrel(options => options.Limits.MaxConcurrentUpgradedConnections = 1));
        using var other = new HttpPeerTransport();
        await other.Connections.OpenAsync(host.Address);

        await host.Transport.Connections.OpenAsync(host.Address);
        await AskAsync(host);
        var alone = _alone;
        other.Dispose();
        while (host.Transport.Connections.Find(host.Address) is null)
        {
            await AskAsync(host);
        }

        Assert.That(alone, Is.EqualTo(1));
    }

    [Test]
    public async Task Recorded_traces_go_alone()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);
        using var activity = new Activity("request").Start();

        await AskAsync(host);
        var shared = _alone;
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        await AskAsync(host);

        Assert.That((shared, _alone), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task More_requests_than_fit_go_alone()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new ScriptedPeerHandler(async (_, _) =>
        {
            await held.Task;
            return new PeerReply { Status = PeerStatus.Ok };
        }));
        await host.Transport.Connections.OpenAsync(host.Address);

        var asked = Enumerable.Range(0, Frame.MaxCalls + 3).Select(_ => AskAsync(host)).ToList();
        held.SetResult();
        await Task.WhenAll(asked);

        Assert.That(_alone, Is.EqualTo(3));
    }

    [TestCase(404)]
    [TestCase(200)]
    [TestCase(426)]
    [TestCase(307)]
    public async Task Who_does_not_upgrade_is_asked_one_by_one_and_not_bothered_again_for_a_while(int status)
    {
        await using var host = await StartAsync(Answers, app => app.Use((context, next) =>
        {
            if (context.Request.Method != "GET")
            {
                return next(context);
            }
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));

        await host.Transport.Connections.OpenAsync(host.Address);
        for (var request = 0; request < 2 * OutgoingConnections.WorthIt; request++)
        {
            await AskAsync(host);
        }
        var early = _upgrades;
        _time.Advance(OutgoingConnections.RefusalTime);
        while (_upgrades == early)
        {
            await AskAsync(host);
        }

        Assert.That((early, _upgrades), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Unused_connection_is_ended_and_a_used_one_is_not()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);
        await AskAsync(host);

        _time.Advance(OutgoingConnections.IdleCheck);
        await AskAsync(host);
        _time.Advance(OutgoingConnections.IdleCheck);
        await AskAsync(host);
        var used = _alone;
        _time.Advance(OutgoingConnections.IdleCheck);
        _time.Advance(OutgoingConnections.IdleCheck);
        await AskAsync(host);

        Assert.That((used, _alone), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Connection_is_made_anew_now_and_then_so_that_names_and_certificates_count()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);
        await AskAsync(host);
        var shared = _alone;

        var old = host.Transport.Connections.Find(host.Address);
        for (var minutes = 0; minutes < 20; minutes++)
        {
            // Unused ones would be ended.
            await AskAsync(host);
            _time.Advance(TimeSpan.FromSeconds(30));
        }
        while (ReferenceEquals(host.Transport.Connections.Find(host.Address), old))
        {
            await AskAsync(host);
        }

        Assert.That((shared, _upgrades, old!.IsOpen), Is.EqualTo((0, 2, false)));
    }

    [TestCase(-1, false)]
    [TestCase(0, true)]
    public async Task Connection_that_may_be_dead_is_used_no_more(int milliseconds, bool mayBeDead)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            if (request.Head.Span[0] == 2)
            {
                reached.TrySetResult();
                await held.Task.WaitAsync(token);
            }
            return new PeerReply { Status = PeerStatus.Ok };
        }));
        await host.Transport.Connections.OpenAsync(host.Address);

        using var cancel = new CancellationTokenSource();
        var asking = host.Transport.SendAsync(host.Address, new PeerRequest { Head = new byte[] { 2 }, Proof = default }, cancel.Token);
        await reached.Task;
        _time.Advance(OutgoingConnection.Silence + TimeSpan.FromMilliseconds(milliseconds));
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => asking);
        await AskAsync(host);

        Assert.That(_alone, Is.EqualTo(mayBeDead ? 1 : 0));
    }

    [Test]
    public async Task Connection_that_ended_before_it_was_used_is_made_again()
    {
        await using var host = await StartAsync(Answers);
        await host.Transport.Connections.OpenAsync(host.Address);
        var first = host.Transport.Connections.Find(host.Address)!;

        // The server waits no longer for proof.
        _time.Advance(IncomingConnection.ProofTime);
        await Until.TrueAsync(() => !first.IsOpen, "the connection ends");
        for (var request = 0; host.Transport.Connections.Find(host.Address) is null; request++)
        {
            Assert.That(request, Is.LessThan(10_000), "it is not made again");
            await AskAsync(host);
        }

        Assert.That(_upgrades, Is.EqualTo(2));
    }

    [Test]
    public async Task Connection_on_which_nothing_ever_comes_is_not_made_again_for_a_while()
    {
        await using var host = await StartAsync(Answers, app => app.Use((context, next) => context.Request.Method != "GET" ? next(context) : SwallowAsync(context)));
        await host.Transport.Connections.OpenAsync(host.Address);

        await Assert.ThrowsAsync<PeerUnreachableException>(() => AskAsync(host));
        for (var request = 0; request < 2 * OutgoingConnections.WorthIt; request++)
        {
            await AskAsync(host);
        }

        Assert.That((_alone, _upgrades), Is.EqualTo((2 * OutgoingConnections.WorthIt, 1)));

        static async Task SwallowAsync(HttpContext context)
        {
            context.Response.Headers.Upgrade = "lightdfs/1";
            await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await stream.ReadExactlyAsync(new byte[1]);
        }
    }

    [Test]
    public async Task Peer_that_restarts_answers_what_it_was_asked_and_no_request_is_lost()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new ScriptedPeerHandler(async (_, _) =>
        {
            reached.TrySetResult();
            await held.Task;
            return new PeerReply { Status = PeerStatus.Ok };
        }));
        await host.Transport.Connections.OpenAsync(host.Address);
        var connection = host.Transport.Connections.Find(host.Address)!;

        var asking = AskAsync(host);
        await reached.Task;
        var stopping = host.App.StopAsync();
        await Until.TrueAsync(() => !connection.IsOpen, "the connection is retired");
        held.SetResult();
        await asking;
        // Ended from here: nobody waits for the server's patience, whose time stands still.
        await stopping;

        await Assert.ThrowsAsync<PeerUnreachableException>(() => AskAsync(host));
    }

    [Test]
    public async Task Disposed_transport_ends_what_is_asked()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new ScriptedPeerHandler(async (_, token) =>
        {
            await using (token.Register(cancelled.SetResult))
            {
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            throw new InvalidOperationException("Never reached.");
        }));
        await host.Transport.Connections.OpenAsync(host.Address);

        var asking = AskAsync(host);
        await reached.Task;
        host.Transport.Dispose();

        await Assert.ThrowsAsync<PeerUnreachableException>(() => asking);
        await cancelled.Task;
    }

    [Test]
    public async Task Many_at_once_that_come_and_go_get_their_own_replies()
    {
        await using var host = await StartAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            var read = await PatternStream.CheckAsync(request.Body, token);
            await Task.Yield();
            return new PeerReply { Status = PeerStatus.Ok, Head = request.Head.ToArray(), Body = read == 0 ? null : new PatternStream(read * 20), BodyLength = read * 20 };
        }));
        await host.Transport.Connections.OpenAsync(host.Address);
        var connection = host.Transport.Connections.Find(host.Address)!;

        var rounds = await Task.WhenAll(Enumerable.Range(0, 48).Select(worker => Task.Run(async () =>
        {
            var right = 0;
            for (var round = 0; round < 40; round++)
            {
                var (number, length) = (BitConverter.GetBytes((worker * 1000) + round), worker * round * 23 % 30_000);
                using var cancel = new CancellationTokenSource();
                var asking = host.Transport.SendAsync(
                    host.Address, new PeerRequest { Head = number, Proof = default, Body = length == 0 ? null : new PatternStream(length), BodyLength = length }, cancel.Token);
                if ((worker + round) % 5 == 0)
                {
                    await cancel.CancelAsync();
                    try
                    {
                        await (await asking).DisposeAsync();
                    }
                    catch (OperationCanceledException)
                    {
                        // Either may come first.
                    }
                    continue;
                }
                await using var reply = await asking;
                if ((worker + round) % 7 != 0)
                {
                    Assert.That(await PatternStream.CheckAsync(reply.Body), Is.EqualTo(length * 20));
                }
                right += reply.Head.Span.SequenceEqual(number) ? 1 : 0;
            }
            return right;
        })));

        Assert.That(rounds, Is.All.EqualTo(32));
        Assert.That((_alone, connection.IsOpen, ReferenceEquals(host.Transport.Connections.Find(host.Address), connection)), Is.EqualTo((0, true, true)));
    }

    private Task<PeerHost> StartAsync(IPeerHandler handler, Action<WebApplication>? middleware = null, Action<WebApplicationBuilder>? services = null) => PeerHost.StartAsync(handler, services, time: _time, middleware: app =>
    {
        app.Use((context, next) =>
        {
            Interlocked.Increment(ref context.Request.Method == "GET" ? ref _upgrades : ref _alone);
            return next(context);
        });
        middleware?.Invoke(app);
    });

    private static async Task AskAsync(PeerHost host, int bodyLength = 0)
    {
        var request = new PeerRequest { Head = new byte[] { 1 }, Proof = default, Body = bodyLength == 0 ? null : new PatternStream(bodyLength), BodyLength = bodyLength };
        await using var reply = await host.Transport.SendAsync(host.Address, request, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }
}
