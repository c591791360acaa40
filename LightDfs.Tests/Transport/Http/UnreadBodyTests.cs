using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

/// <summary>The server cuts off slow senders whose body nobody reads, and the reply with them: what the sender sends anyway is taken first.</summary>
public sealed class UnreadBodyTests
{
    private const int Length = 200_000;

    [TestCase(PeerStatus.Ok, 0, true, Length, Description = "A sender that waits sends everything after a success, too")]
    [TestCase(PeerStatus.Ok, 0, false, Length)]
    [TestCase(PeerStatus.Full, 0, false, Length)]
    [TestCase(PeerStatus.Full, 1000, true, Length)]
    [TestCase(PeerStatus.Full, 0, true, 0, Description = "It waits to be asked, and will not be")]
    [TestCase(PeerStatus.Refused, 0, false, 0, Description = "Strangers are not listened to")]
    [TestCase(PeerStatus.BadRequest, 1000, false, 1000)]
    public async Task Rest_of_a_body_is_taken_when_the_sender_sends_it_anyway(PeerStatus status, int readByHandler, bool senderWaits, int expected)
    {
        using var body = new PatternStream(Length);
        await using var services = new ServiceCollection().AddSingleton<IPeerHandler>(new ScriptedPeerHandler(async (request, token) =>
        {
            await request.Body!.ReadExactlyAsync(new byte[readByHandler], token);
            return new PeerReply { Status = status };
        })).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Body = body;
        context.Request.ContentLength = Length;
        context.Request.Headers["LightDfs-Head"] = "AQID";
        context.Request.Headers.Expect = senderWaits ? "100-continue" : default;

        await new HttpPeerEndpoint(NullLogger<HttpPeerEndpoint>.Instance).HandleAsync(context);

        Assert.That((body.Position, context.Response.Headers["LightDfs-Status"].ToString()), Is.EqualTo(((long)expected, PeerStatusCodes.ToHeader(status))));
    }
}
