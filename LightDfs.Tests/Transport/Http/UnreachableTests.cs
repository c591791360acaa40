using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

/// <summary>What answers in a machine's place, and what the sender makes of it.</summary>
public sealed class UnreachableTests
{
    private static readonly ScriptedPeerHandler Unused = new((_, _) => throw new InvalidOperationException("Never asked."));

    [TestCase(200, "something else answers")]
    [TestCase(301, "HTTPS redirection")]
    [TestCase(307, "HTTPS redirection")]
    [TestCase(400, "limit headers")]
    [TestCase(401, "asks for a login")]
    [TestCase(403, "forbids")]
    [TestCase(404, "something answers there, but not LightDfs (HTTP 404). Does it call MapLightDfs()")]
    [TestCase(405, "POST")]
    [TestCase(407, "asks for a login")]
    [TestCase(408, "timed out")]
    [TestCase(411, "length")]
    [TestCase(413, "limits bodies")]
    [TestCase(417, "Expect")]
    [TestCase(418, "HTTP 418")]
    [TestCase(429, "limits the rate")]
    [TestCase(431, "limits headers")]
    [TestCase(500, "Its log")]
    [TestCase(502, "Is the app running")]
    [TestCase(503, "Is the app running")]
    [TestCase(504, "timed out")]
    [TestCase(507, "HTTP 507")]
    public async Task Status_without_a_reply_is_explained(int status, string expected)
    {
        await using var host = await PeerHost.StartAsync(Unused, map: false, middleware: app => app.Run(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = status is >= 300 and < 400 ? "https://elsewhere/_lightdfs" : default;
            return Task.CompletedTask;
        }));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => host.SendAsync());

        Assert.That(thrown!.Reason, Does.Contain(expected));
        Assert.That(thrown.Reason.Contains("https://elsewhere/_lightdfs", StringComparison.Ordinal), Is.EqualTo(status is >= 300 and < 400));
    }

    [TestCase("0", 200, "!!!", null, LightDfsHead)]
    [TestCase("0", 200, null, null, LightDfsHead)]
    [TestCase("0", 200, "AQID", "!!!", "LightDfs-Proof")]
    [TestCase("0", 200, "long", null, LightDfsHead)]
    [TestCase("0", 200, "AQID", "long", "LightDfs-Proof")]
    [TestCase("0", 200, "twice", null, LightDfsHead)]
    [TestCase("11", 200, "AQID", null, "status '11'")]
    [TestCase("x", 200, "AQID", null, "status 'x'")]
    [TestCase("0", 404, "AQID", null, "HTTP 404")]
    public async Task Malformed_reply_is_explained(string status, int http, string? head, string? proof, string expected)
    {
        await using var host = await PeerHost.StartAsync(Unused, map: false, middleware: app => app.Run(context =>
        {
            context.Response.StatusCode = http;
            context.Response.ContentLength = 0;
            context.Response.Headers["LightDfs-Status"] = status;
            context.Response.Headers["LightDfs-Head"] = head switch { "long" => Convert.ToBase64String(new byte[PeerRequest.MaxHeadLength + 1]), "twice" => new StringValues(["AQID", "AQID"]), _ => head };
            context.Response.Headers["LightDfs-Proof"] = proof == "long" ? Convert.ToBase64String(new byte[PeerRequest.MaxProofLength + 1]) : proof;
            return Task.CompletedTask;
        }));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => host.SendAsync());

        Assert.That(thrown!.Reason, Does.Contain("malformed").And.Contain(expected));
    }

    [Test]
    public async Task Reply_without_length_is_malformed()
    {
        await using var host = await PeerHost.StartAsync(Unused, map: false, middleware: app => app.Run(async context =>
        {
            context.Response.Headers["LightDfs-Status"] = "0";
            context.Response.Headers["LightDfs-Head"] = "AQID";
            await context.Response.WriteAsync("chunked");
        }));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => host.SendAsync());

        Assert.That(thrown!.Reason, Does.Contain("malformed").And.Contain("length"));
    }

    [Test]
    public async Task Refused_connection_is_explained() => Assert.That(await ReasonAsync(ClosedPort.Address()), Does.Contain("refused"));

    [Test]
    public async Task Unknown_name_is_explained() => Assert.That(await ReasonAsync("http://nobody.invalid:5000"), Does.Contain("cannot be resolved"));

    [Test]
    public async Task Missing_tls_is_explained()
    {
        await using var host = await PeerHost.StartAsync(Unused);

        Assert.That(await ReasonAsync(host.Address.Replace("http:", "https:", StringComparison.Ordinal)), Does.Contain("TLS failed").And.Contain("ConfigurePeerHandler"));
    }

    [Test]
    public async Task Connection_that_never_comes_is_explained()
    {
        using var transport = new HttpPeerTransport(handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromMilliseconds(1);
            handler.ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                throw new InvalidOperationException("Never reached.");
            };
        });

        Assert.That(await ReasonAsync("http://10.0.0.1", transport), Does.Contain("no connection was made"));
    }

    [Test]
    public async Task Connection_that_breaks_before_the_reply_is_explained()
    {
        await using var host = await PeerHost.StartAsync(Unused, map: false, middleware: app => app.Run(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));

        Assert.That(await ReasonAsync(host.Address), Does.Contain("broke off"));
    }

    [Test]
    public async Task Server_of_another_protocol_is_explained()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("220 mail.example ESMTP\r\n\r\n"u8.ToArray());
            await client.GetStream().ReadAtLeastAsync(new byte[10], 10);
        });

        var reason = await ReasonAsync($"http://{listener.LocalEndpoint}");
        await serving;

        Assert.That(reason, Does.Contain("does not speak HTTP"));
    }

    private const string LightDfsHead = "LightDfs-Head";

    private static async Task<string> ReasonAsync(string address, HttpPeerTransport? transport = null)
    {
        using var own = new HttpPeerTransport();
        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => (transport ?? own).SendAsync(address, new PeerRequest { Head = default, Proof = default }, CancellationToken.None));
        Assert.That(thrown!.Address, Is.EqualTo(address));
        return thrown.Reason;
    }
}
