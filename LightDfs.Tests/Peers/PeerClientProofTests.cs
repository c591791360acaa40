using System.Security.Cryptography;
using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Network;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>What a machine signs and sends, and the sentences that people read when two machines do not prove themselves to each other.</summary>
public sealed class PeerClientProofTests
{
    private static readonly byte[] Content = "hello"u8.ToArray();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Body_is_covered_by_the_proof_unless_the_channel_is_protected(bool isProtected)
    {
        var network = new InMemoryNetwork { IsProtected = isProtected };
        var (a, b) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System));

        await a.AskAsync(a.Peer(b), Operation.Store, new PeerBody(Content));

        var head = b.Calls.Single().Head;
        Assert.That(head.BodyHash.ToArray(), Is.EqualTo(isProtected ? [] : SHA256.HashData(Content)));
        Assert.That((head.BodyLength, head.SentTo, head.Target, head.Sender), Is.EqualTo((5L, b.Address, b.Id, a.Self.Card)));
    }

    [Test]
    public async Task Body_of_no_bytes_is_none()
    {
        var network = new InMemoryNetwork();
        var (a, b) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System));

        await a.AskAsync(a.Peer(b), Operation.Store, new PeerBody(default));

        Assert.That((b.Calls.Single().Head.BodyLength, b.Calls.Single().Head.BodyHash.Length), Is.EqualTo((0L, 0)));
    }

    [Test]
    public async Task No_counter_is_used_twice_whoever_is_asked()
    {
        var network = new InMemoryNetwork();
        var (a, b, c) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System), new Node(network, 3, TimeProvider.System));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => a.AskAsync(a.Peer(i % 2 == 0 ? b : c))));

        Assert.That(b.Calls.Concat(c.Calls).Select(call => call.Head.Counter), Is.Unique);
        Assert.That((b.Calls.Count, c.Calls.Count), Is.EqualTo((10, 10)));
    }

    [Test]
    public async Task Machines_with_different_keys_say_which_options_to_look_at_on_both_sides()
    {
        var network = new InMemoryNetwork();
        var a = new Node(network, 1, TimeProvider.System);
        var b = new Node(network, 2, TimeProvider.System, new ClusterKeys("lightdfs", "another secret of enough length", null));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => a.AskAsync(a.Peer(b)));

        Assert.That(thrown!.Message, Is.EqualTo(
            $"Peer '{b.Address}' did not answer: it refused this machine's proof. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both, and is only one process using each data directory? Its log says which."));
        Assert.That(b.Logs.Of(LogEvents.RequestRefused).Single(), Is.EqualTo(
            $"A request from {a.Address} was refused: its proof is made with none of this machine's keys (LightDfs:ClusterName, LightDfs:ClusterKey, LightDfs:PreviousClusterKey), or its head was altered on the way. Unproven, it says that it comes from machine '{a.Id}'."));
        Assert.That(a.Peer(b).View.Why, Is.EqualTo(thrown.Reason));
    }

    [Test]
    public async Task Machine_that_signs_with_a_key_the_other_accepts_but_gets_a_reply_under_another_one_says_so()
    {
        var network = new InMemoryNetwork();
        var a = new Node(network, 1, TimeProvider.System);
        network.Attach("memory://impostor", new Impostor());

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => a.Client.AskAsync("memory://impostor", TimeSpan.FromSeconds(3), CancellationToken.None));

        Assert.That(thrown!.Reason, Is.EqualTo("its answer is not proven. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both?"));
    }

    [Test]
    public async Task Machine_whose_disk_is_not_open_is_said_to_start_not_to_have_another_key()
    {
        var network = new InMemoryNetwork();
        var (a, b) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System));
        b.Self.IsOpen = false;

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => a.AskAsync(a.Peer(b)));

        Assert.That(thrown!.Reason, Is.EqualTo("it is starting or stopping, and cannot say yet who it is."));
    }

    [Test]
    public async Task Proven_reply_of_another_format_asks_for_the_version()
    {
        var network = new InMemoryNetwork();
        var (a, b) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System));
        network.Interceptor = (exchange, _) =>
        {
            byte[] head = [9, 9];
            var key = b.Keys.KeyOf(exchange.Request.Head.Span, exchange.Request.Proof.Span)!;
            return new(new PeerReply { Status = PeerStatus.Ok, Head = head, Proof = key.SignReply(PeerStatus.Ok, 0, head, exchange.Request.Proof.Span) });
        };

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => a.AskAsync(a.Peer(b)));

        Assert.That(thrown!.Reason, Is.EqualTo("its answer cannot be read: is it of another version of LightDfs?"));
    }

    [Test]
    public async Task Payload_that_does_not_fit_is_an_error_here_and_nothing_is_sent()
    {
        var network = new InMemoryNetwork();
        var (a, b) = (new Node(network, 1, TimeProvider.System), new Node(network, 2, TimeProvider.System));

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => a.Client.CallAsync(
            a.Peer(b), Operation.Find, new byte[PeerRequest.MaxHeadLength], null, TimeSpan.FromSeconds(3), CancellationToken.None));

        Assert.That(thrown!.Message, Does.Contain("'Find'").And.Contain($"{PeerRequest.MaxHeadLength} fit"));
        Assert.That(network.RequestsTo(b.Address), Is.Zero);
    }

    [Test]
    public async Task Address_too_long_for_a_head_is_no_address_to_ask_and_nothing_worse()
    {
        var network = new InMemoryNetwork();
        var a = new Node(network, 1, TimeProvider.System);
        var address = "memory://" + new string('x', RequestHead.MaxAddressBytes);

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => a.Client.AskAsync(address, TimeSpan.FromSeconds(3), CancellationToken.None));

        Assert.That(thrown!.Reason, Does.Contain("longer than 1024 bytes").And.Contain("List a shorter one"));
        Assert.That(network.RequestsTo(address), Is.Zero);
    }

    private sealed class Impostor : IPeerHandler
    {
        public ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken) =>
            new(new PeerReply { Status = PeerStatus.Ok, Head = Samples.Reply.Encode(), Proof = new byte[32] });
    }
}
