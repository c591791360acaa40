using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

/// <summary>Requests that go alone use the connections that are there. The server counts those that it accepts.</summary>
public sealed class ConnectionsKeptTests
{
    private const int Long = 200_000;

    [TestCase(0, 0)]
    [TestCase(Long, 0)]
    [TestCase(0, Long)]
    [TestCase(Long, Long)]
    public async Task Requests_one_after_another_take_one_connection(int bodyLength, int replyLength)
    {
        var accepted = 0;
        var handler = new ScriptedPeerHandler(async (request, token) =>
        {
            await PatternStream.CheckAsync(request.Body, token);
            return new PeerReply { Status = PeerStatus.Ok, Proof = new byte[] { 1 }, Body = replyLength == 0 ? null : new PatternStream(replyLength), BodyLength = replyLength };
        });
        await using var host = await PeerHost.StartAsync(handler, builder => builder.WebHost.ConfigureKestrel(server => server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
        {
            Interlocked.Increment(ref accepted);
            return next(connection);
        }))));

        for (var request = 0; request < 10; request++)
        {
            await using var reply = await host.Transport.SendAsync(
                host.Address,
                new PeerRequest { Head = new byte[] { 1, 2, 3 }, Proof = default, Body = bodyLength == 0 ? null : new PatternStream(bodyLength), BodyLength = bodyLength },
                CancellationToken.None);
            Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
            await PatternStream.CheckAsync(reply.Body, CancellationToken.None);
        }

        Assert.That(accepted, Is.EqualTo(1));
    }
}
