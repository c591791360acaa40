using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class PeerReplyTests
{
    [Test]
    public async Task Body_is_disposed_before_what_it_was_read_from()
    {
        var ended = new List<string>();
        var reply = new PeerReply((IAsyncDisposable)new Ending("connection", ended)) { Status = PeerStatus.Ok, Body = new Ending("body", ended), BodyLength = 1 };

        await reply.DisposeAsync();

        Assert.That(ended, Is.EqualTo(new[] { "body", "connection" }));
    }

    [Test]
    public async Task What_can_only_be_disposed_at_once_is_disposed_too()
    {
        var ended = new List<string>();

        await new PeerReply((IDisposable)new Ending("connection", ended)) { Status = PeerStatus.Ok }.DisposeAsync();

        Assert.That(ended, Is.EqualTo(new[] { "connection" }));
    }

    private sealed class Ending(string name, List<string> ended) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            ended.Add(name);
            base.Dispose(disposing);
        }
    }
}
