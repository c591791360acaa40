using System.Threading.RateLimiting;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

/// <summary>What a host app does to its own requests must not reach those of machines.</summary>
public sealed class HostSettingsTests
{
    private readonly ScriptedPeerHandler _handler = new(async (request, token) =>
    {
        var buffer = new byte[64 * 1024];
        var read = 0L;
        for (int count; request.Body is not null && (count = await request.Body.ReadAsync(buffer, token)) > 0;)
        {
            read += count;
        }
        return new PeerReply { Status = read == request.BodyLength ? PeerStatus.Ok : PeerStatus.BadRequest };
    });

    [Test]
    public async Task Fallback_authorisation_does_not_reach_peers()
    {
        await using var host = await PeerHost.StartAsync(
            _handler,
            builder =>
            {
                builder.Services.AddAuthentication("Bearer").AddCookie("Bearer");
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGet("/own", () => "secret");
            });

        await AssertPeersPassAsync(host);
        Assert.That(await OwnStatusAsync(host), Is.Not.EqualTo(200), "the policy is not on");
    }

    [Test]
    public async Task Rate_limit_does_not_reach_peers()
    {
        await using var host = await PeerHost.StartAsync(
            _handler,
            builder => builder.Services.AddRateLimiter(options => options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(_ =>
                RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 }))),
            app =>
            {
                app.UseRateLimiter();
                app.MapGet("/own", async (HttpContext context) => await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
            });
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var leave = new CancellationTokenSource();

        var first = client.GetAsync(new Uri("/own", UriKind.Relative), leave.Token);
        var second = client.GetAsync(new Uri("/own", UriKind.Relative), leave.Token);
        var limited = await await Task.WhenAny(first, second);
        await AssertPeersPassAsync(host);

        Assert.That((int)limited.StatusCode, Is.EqualTo(503), "the limit is not on");
        await leave.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => Task.WhenAll(first, second));
    }

    [Test]
    public async Task Request_time_out_does_not_reach_peers()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timedOut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await PeerHost.StartAsync(
            new ScriptedPeerHandler(async (_, token) =>
            {
                arrived.SetResult();
                await timedOut.Task;
                token.ThrowIfCancellationRequested();
                return new PeerReply { Status = PeerStatus.Ok };
            }),
            builder => builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(20) }),
            app =>
            {
                app.UseRequestTimeouts();
                app.MapGet("/own", async (HttpContext context) => await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
            });

        var sending = host.SendAsync();
        await arrived.Task;
        // A request of the host's that began later has timed out: so would this one have.
        Assert.That(await OwnStatusAsync(host), Is.EqualTo(504));
        timedOut.SetResult();
        await using var reply = await sending;

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Output_cache_for_everything_does_not_reach_peers()
    {
        var asked = 0;
        await using var host = await PeerHost.StartAsync(
            new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = Interlocked.Increment(ref asked) > 0 ? PeerStatus.Ok : PeerStatus.BadRequest })),
            builder => builder.Services.AddOutputCache(options => options.AddBasePolicy(new CachesEverything())),
            app =>
            {
                app.UseOutputCache();
                var own = 0;
                app.MapPost("/own", () => Interlocked.Increment(ref own));
            });
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var empty = new ByteArrayContent([]);

        using var first = await client.PostAsync(new Uri("/own", UriKind.Relative), empty);
        using var second = await client.PostAsync(new Uri("/own", UriKind.Relative), empty);
        await using var firstReply = await host.SendAsync();
        await using var secondReply = await host.SendAsync();

        Assert.That((await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync()), Is.EqualTo(("1", "1")), "the cache is not on");
        Assert.That(asked, Is.EqualTo(2));
    }

    [Test]
    public async Task Antiforgery_for_everything_does_not_reach_peers()
    {
        await using var host = await PeerHost.StartAsync(
            _handler,
            middleware: app =>
            {
                var all = app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute());
                all.MapLightDfs();
                all.MapPost("/own", () => "done");
            },
            map: false);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };

        await AssertPeersPassAsync(host);
        // The framework refuses to run an endpoint that requires a token while the middleware is missing.
        using var own = await client.PostAsync(new Uri("/own", UriKind.Relative), null);
        Assert.That((int)own.StatusCode, Is.EqualTo(500), "antiforgery is not required");
    }

    [Test]
    public async Task Response_compression_leaves_replies_alone()
    {
        var body = Enumerable.Repeat((byte)'x', 100_000).ToArray();
        await using var host = await PeerHost.StartAsync(
            new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.Ok, Body = new MemoryStream(body), BodyLength = body.Length })),
            builder => builder.Services.AddResponseCompression(options => options.MimeTypes = ["*/*"]),
            app => app.UseResponseCompression());

        await using var reply = await host.SendAsync();

        Assert.That((reply.Status, reply.BodyLength), Is.EqualTo((PeerStatus.Ok, (long)body.Length)));
        using var read = new MemoryStream();
        await reply.Body!.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(body));
    }

    [Test]
    public async Task Defaults_of_the_hosts_clients_do_not_reach_requests_to_peers()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        var services = new ServiceCollection();
        services.AddTransient<RefusesEverything>();
        services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<RefusesEverything>());
        services.AddHttpClient();
        services.AddLightDfs(host.Address);
        await using var provider = services.BuildServiceProvider();
        using var own = provider.GetRequiredService<IHttpClientFactory>().CreateClient();

        await using var reply = await provider.GetRequiredService<IPeerTransport>().SendAsync(
            host.Address, new PeerRequest { Head = new byte[] { 1 }, Proof = default, Body = new MemoryStream(new byte[100_000]), BodyLength = 100_000 }, CancellationToken.None);

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
        await Assert.ThrowsAsync<NotSupportedException>(() => own.GetAsync(new Uri(host.Address)));
    }

    [Test]
    public async Task Size_limit_of_the_server_does_not_reach_peers()
    {
        await using var host = await PeerHost.StartAsync(_handler);

        await using var reply = await host.SendAsync(40 * 1024 * 1024);

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Https_redirection_is_reported_as_such()
    {
        await using var host = await PeerHost.StartAsync(
            _handler, builder => builder.Services.AddHttpsRedirection(options => options.HttpsPort = 7001), app => app.UseHttpsRedirection());

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => host.SendAsync());

        Assert.That(thrown!.Reason, Does.Contain("HTTPS redirection").And.Contain(":7001"));
    }

    [Test]
    public async Task Status_pages_of_the_host_leave_replies_alone()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply { Status = PeerStatus.NotFound })), middleware: app =>
            app.UseStatusCodePages());

        await using var reply = await host.SendAsync();

        Assert.That((reply.Status, reply.BodyLength), Is.EqualTo((PeerStatus.NotFound, 0L)));
    }

    [Test]
    public async Task Mapping_without_registering_says_what_to_call()
    {
        await using var app = WebApplication.CreateBuilder().Build();

        var thrown = Assert.Throws<InvalidOperationException>(() => app.MapLightDfs());

        Assert.That(thrown!.Message, Does.Contain("AddLightDfs"));
    }

    private sealed class RefusesEverything : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class CachesEverything : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = context.AllowLocking = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
    }

    private static async Task AssertPeersPassAsync(PeerHost host)
    {
        await using var reply = await host.SendAsync(100_000);
        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    private static async Task<int> OwnStatusAsync(PeerHost host)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Address) };
        using var response = await client.GetAsync(new Uri("/own", UriKind.Relative));
        return (int)response.StatusCode;
    }
}
