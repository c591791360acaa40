using System.Net;
using System.Net.Http.Headers;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HttpPeerEndpointTests
{
    private const string Path = "/_lightdfs";

    private readonly ScriptedPeerHandler _handler = new(async (request, token) =>
    {
        var read = await PatternStream.CheckAsync(request.Body, token);
        return new PeerReply { Status = PeerStatus.Ok, Head = request.Head, Body = read == 0 ? null : new PatternStream(read), BodyLength = read };
    });

    [Test]
    public async Task Reply_is_plain_http_with_three_headers()
    {
        await using var host = await PeerHost.StartAsync(new ScriptedPeerHandler((_, _) => new(
            new PeerReply { Status = PeerStatus.Full, Head = new byte[] { 1, 2, 3 }, Proof = new byte[] { 4 }, Body = new PatternStream(5), BodyLength = 5 })));
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post("AQID");

        using var response = await client.SendAsync(request);

        Assert.Multiple(() =>
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(507));
            Assert.That(response.Headers.GetValues("LightDfs-Status"), Is.EqualTo(new[] { "7" }));
            Assert.That(response.Headers.GetValues("LightDfs-Head"), Is.EqualTo(new[] { "AQID" }));
            Assert.That(response.Headers.GetValues("LightDfs-Proof"), Is.EqualTo(new[] { "BA==" }));
            Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(5));
        });
    }

    [TestCase(null, null, 400)]
    [TestCase("!!!", null, 400)]
    [TestCase("AQID", "!!!", 400)]
    [TestCase("long", null, 431)]
    [TestCase("AQID", "long", 431)]
    [TestCase("twice", null, 400)]
    public async Task Malformed_headers_are_refused_before_the_handler(string? head, string? proof, int expected)
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post(head == "long" ? Convert.ToBase64String(new byte[PeerRequest.MaxHeadLength + 1]) : head == "twice" ? "AQID" : head);
        if (head == "twice")
        {
            request.Headers.TryAddWithoutValidation("LightDfs-Head", "AQID");
        }
        if (proof is not null)
        {
            request.Headers.TryAddWithoutValidation("LightDfs-Proof", proof == "long" ? Convert.ToBase64String(new byte[PeerRequest.MaxProofLength + 3]) : proof);
        }

        using var response = await client.SendAsync(request);

        Assert.That(((int)response.StatusCode, response.Headers.Contains("LightDfs-Status"), _handler.LastConnection), Is.EqualTo((expected, false, (PeerConnection?)null)));
    }

    [Test]
    public async Task Body_without_length_is_refused()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post("AQID");
        request.Content = new StreamContent(new PatternStream(10));
        request.Headers.TransferEncodingChunked = true;

        using var response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.LengthRequired));
    }

    [Test]
    public async Task Body_beyond_a_segment_is_refused_unread()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post("AQID");
        request.Content = new StreamContent(new PatternStream(1)) { Headers = { ContentLength = 66L * 1024 * 1024 } };
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request);

        Assert.That((response.StatusCode, _handler.LastConnection), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, (PeerConnection?)null)));
    }

    [Test]
    public async Task Reader_that_pauses_is_not_cut_off_by_the_server()
    {
        MinDataRate? rate = new(1, TimeSpan.FromHours(1));
        await using var host = await PeerHost.StartAsync(_handler, middleware: app => app.Use(async (context, next) =>
        {
            var feature = context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>();
            Assert.That(feature.MinDataRate, Is.Not.Null);
            await next();
            rate = feature.MinDataRate;
        }));

        await using var reply = await host.SendAsync();

        Assert.That((reply.Status, rate), Is.EqualTo((PeerStatus.Ok, (MinDataRate?)null)));
    }

    [Test]
    public async Task Other_methods_are_not_mapped()
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };

        using var response = await client.DeleteAsync(new Uri(Path, UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Who_asks_for_no_upgrade_is_told_what_is_here(bool testServer)
    {
        await using var host = await PeerHost.StartAsync(_handler, testServer: testServer);
        using var client = testServer ? host.App.GetTestClient() : new HttpClient { BaseAddress = new Uri(host.Address) };

        using var response = await client.GetAsync(new Uri(Path, UriKind.Relative));

        Assert.That((response.StatusCode, response.Headers.Upgrade.ToString()), Is.EqualTo((HttpStatusCode.UpgradeRequired, "lightdfs/1")));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("POST"));
    }

    [TestCase(null, null, true)]
    [TestCase("X-Forwarded-For", "10.0.0.1", false)]
    [TestCase("x-forwarded-proto", "https", false)]
    [TestCase("X-Original-For", "10.0.0.1", false)]
    [TestCase("Forwarded", "for=10.0.0.1", false)]
    [TestCase("Via", "1.1 proxy", false)]
    [TestCase("X-Real-IP", "10.0.0.1", false)]
    [TestCase("Origin", "http://localhost:3000", false)]
    [TestCase("Host", "rebound.example", false)]
    [TestCase("Host", "localhost:1", true)]
    [TestCase("Host", "[::1]:1", true)]
    public async Task Loopback_is_what_comes_straight_from_this_host(string? header, string? value, bool expected)
    {
        await using var host = await PeerHost.StartAsync(_handler);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post("AQID");
        if (header is not null)
        {
            request.Headers.Add(header, value);
        }

        using var response = await client.SendAsync(request);

        Assert.That(_handler.LastConnection!.Value, Has.Property("IsLoopback").EqualTo(expected).And.Property("IsProtected").EqualTo(false).And.Property("Remote").StartsWith("127.0.0.1:"));
    }

    [Test]
    public async Task Proxy_that_the_host_trusts_can_tell_of_tls()
    {
        await using var host = await PeerHost.StartAsync(_handler, middleware: app =>
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto }));
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = Post("AQID");
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var response = await client.SendAsync(request);

        Assert.That((_handler.LastConnection!.Value.IsProtected, _handler.LastConnection.Value.IsLoopback), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Test_server_counts_as_this_host()
    {
        await using var host = await PeerHost.StartAsync(_handler, testServer: true);
        using var client = host.App.GetTestClient();
        using var request = Post("AQID");
        request.Content = new StreamContent(new PatternStream(100_000)) { Headers = { ContentLength = 100_000 } };

        using var response = await client.SendAsync(request);
        var length = await PatternStream.CheckAsync(await response.Content.ReadAsStreamAsync());

        Assert.That((response.StatusCode, length, _handler.LastConnection), Is.EqualTo((HttpStatusCode.OK, 100_000L, new PeerConnection(false, true, "this host"))));
    }

    [Test]
    public async Task Path_base_is_part_of_the_address()
    {
        await using var host = await PeerHost.StartAsync(_handler, middleware: app =>
        {
            app.UsePathBase("/app");
            app.UseRouting();
        });

        await using var reply = await host.SendAsync(path: "/app");

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    private static HttpRequestMessage Post(string? head)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (head is not null)
        {
            request.Headers.TryAddWithoutValidation("LightDfs-Head", head);
        }
        return request;
    }
}
