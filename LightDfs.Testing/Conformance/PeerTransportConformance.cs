#pragma warning disable CS1591 // The name of a test is its contract.
using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>
/// What every <see cref="IPeerTransport"/> and its receiving end must do. Derive from it, and give a transport with a receiver.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class PeerTransportConformance
{
    private const int Large = 8 * 1024 * 1024;

    private static readonly PeerStatus[] EveryStatus = Enum.GetValues<PeerStatus>();

    /// <summary>A transport, and a receiver that hands requests to <paramref name="handler"/>. Called once per test.</summary>
    protected abstract ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler);

    /// <summary>Other spellings of one address, the first of them normalised.</summary>
    protected abstract IReadOnlyList<string> SpellingsOfOneAddress { get; }

    /// <summary>Texts that are no addresses.</summary>
    protected abstract IReadOnlyList<string> NoAddresses { get; }

    /// <summary>How long a check waits for what never comes when something hangs. Default 60 s; a healthy run never waits for it.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Frees what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    /// <summary>Calls <see cref="CleanUpAsync"/>.</summary>
    [TearDown]
    public async Task CleanUp() => await CleanUpAsync();

    [Test]
    public async Task Factory_makes_what_the_fixture_says_it_tests() =>
        ConformanceSeams.AssertMadeAsNamed(this, (await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [], [], 0))))).Transport);

    [Test]
    public async Task Request_and_reply_arrive_unchanged(
        [Values(0, 1, (64 * 1024) - 1, 64 * 1024, (64 * 1024) + 1, Large)] int requestLength,
        [Values(0, 1, (64 * 1024) - 1, 64 * 1024, (64 * 1024) + 1, Large)] int replyLength)
    {
        PeerRequest? seen = null;
        var read = -1L;
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            seen = request;
            read = await PatternStream.CheckAsync(request.Body, token);
            return Reply(PeerStatus.Ok, head: [9, 8, 0, 255], proof: [7, 0, 254], replyLength);
        }));

        await using var reply = await SendAsync(setup, Request(head: [1, 2, 0, 255], proof: [3, 0, 200], requestLength));
        var received = await PatternStream.CheckAsync(reply.Body);

        Assert.Multiple(() =>
        {
            Assert.That(seen!.Head.ToArray(), Is.EqualTo(new byte[] { 1, 2, 0, 255 }));
            Assert.That(seen.Proof.ToArray(), Is.EqualTo(new byte[] { 3, 0, 200 }));
            Assert.That(seen.BodyLength, Is.EqualTo(requestLength));
            Assert.That(seen.Body, requestLength == 0 ? Is.Null : Is.Not.Null);
            Assert.That(read, Is.EqualTo(requestLength));
            Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
            Assert.That(reply.Head.ToArray(), Is.EqualTo(new byte[] { 9, 8, 0, 255 }));
            Assert.That(reply.Proof.ToArray(), Is.EqualTo(new byte[] { 7, 0, 254 }));
            Assert.That(reply.BodyLength, Is.EqualTo(replyLength));
            Assert.That(reply.Body, replyLength == 0 ? Is.Null : Is.Not.Null);
            Assert.That(received, Is.EqualTo(replyLength));
        });
    }

    [TestCaseSource(nameof(EveryStatus))]
    public async Task Status_arrives_with_head_and_body(PeerStatus status)
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(status, head: [5], proof: [6], 1000))));

        await using var reply = await SendAsync(setup, Request([1], [2], 0));

        Assert.That((reply.Status, reply.Head.ToArray()[0], reply.Proof.ToArray()[0]), Is.EqualTo((status, (byte)5, (byte)6)));
        Assert.That(await PatternStream.CheckAsync(reply.Body), Is.EqualTo(1000));
    }

    [Test]
    public async Task Longest_head_and_proof_arrive_both_ways()
    {
        var head = Enumerable.Range(0, PeerRequest.MaxHeadLength).Select(i => PatternStream.ByteAt(i)).ToArray();
        var proof = Enumerable.Range(0, PeerRequest.MaxProofLength).Select(i => PatternStream.ByteAt(i + 77)).ToArray();
        PeerRequest? seen = null;
        var setup = await CreateAsync(new ScriptedPeerHandler((request, _) =>
        {
            seen = request;
            return new(Reply(PeerStatus.Ok, head, proof, 0));
        }));

        await using var reply = await SendAsync(setup, Request(head, proof, 0));

        Assert.Multiple(() =>
        {
            Assert.That(seen!.Head.ToArray(), Is.EqualTo(head));
            Assert.That(seen.Proof.ToArray(), Is.EqualTo(proof));
            Assert.That(reply.Head.ToArray(), Is.EqualTo(head));
            Assert.That(reply.Proof.ToArray(), Is.EqualTo(proof));
        });
    }

    [Test]
    public async Task Empty_head_and_proof_arrive_empty()
    {
        PeerRequest? seen = null;
        var setup = await CreateAsync(new ScriptedPeerHandler((request, _) =>
        {
            seen = request;
            return new(Reply(PeerStatus.NotFound, [], [], 0));
        }));

        await using var reply = await SendAsync(setup, Request([], [], 0));

        Assert.That((seen!.Head.Length, seen.Proof.Length, reply.Head.Length, reply.Proof.Length), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test]
    public async Task Head_beyond_the_limit_is_the_senders_mistake()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [], [], 0))));

        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(setup, Request(new byte[PeerRequest.MaxHeadLength + 1], [], 0)));
        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(setup, Request([], new byte[PeerRequest.MaxProofLength + 1], 0)));
    }

    [Test]
    public async Task Early_answer_to_an_unread_body_keeps_status_and_head([Values(PeerStatus.Refused, PeerStatus.Full, PeerStatus.Misdirected, PeerStatus.Ok)] PeerStatus status)
    {
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(status, head: [4, 2], proof: [], 100))));
        var body = new PatternStream(Large);

        await using var reply = await SendAsync(setup, new PeerRequest { Head = new byte[] { 1 }, Proof = default, Body = body, BodyLength = Large });

        Assert.That(reply.Status, Is.EqualTo(status));
        Assert.That(reply.Head.ToArray(), Is.EqualTo(new byte[] { 4, 2 }));
        Assert.That(await PatternStream.CheckAsync(reply.Body), Is.EqualTo(100));
    }

    [Test]
    public async Task Answer_in_the_middle_of_a_body_keeps_status_and_head()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            await request.Body!.ReadExactlyAsync(new byte[100_000], token);
            return Reply(PeerStatus.Full, head: [4, 2], proof: [], 0);
        }));

        await using var reply = await SendAsync(setup, Request([1], [], Large));

        Assert.That((reply.Status, reply.Head.ToArray()[1]), Is.EqualTo((PeerStatus.Full, (byte)2)));
    }

    [Test]
    public async Task Senders_stream_stays_the_senders()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            await PatternStream.CheckAsync(request.Body, token);
            return Reply(PeerStatus.Ok, [], [], 0);
        }));
        var body = new PatternStream(5000);

        await using var reply = await SendAsync(setup, new PeerRequest { Head = default, Proof = default, Body = body, BodyLength = 4000 });

        Assert.That((body.IsDisposed, body.Position), Is.EqualTo((false, 4000L)));
    }

    [Test]
    public async Task Sent_reply_is_disposed()
    {
        var body = new PatternStream(70_000);
        var freed = new Freed();
        var setup = await CreateAsync(new ScriptedPeerHandler((_, _) => new(new PeerReply(freed) { Status = PeerStatus.Ok, Body = body, BodyLength = 70_000 })));

        await using (var reply = await SendAsync(setup, Request([], [], 0)))
        {
            await PatternStream.CheckAsync(reply.Body);
        }

        await freed.Done.WaitAsync(Patience);
        Assert.That(body.IsDisposed, Is.True);
    }

    [Test]
    public async Task Concurrent_requests_get_their_own_replies()
    {
        var setup = await CreateAsync(new ScriptedPeerHandler(async (request, token) =>
        {
            var read = await PatternStream.CheckAsync(request.Body, token);
            return Reply(PeerStatus.Ok, request.Head.ToArray(), [], (int)read + request.Head.Span[0]);
        }));

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            await using var reply = await SendAsync(setup, Request([(byte)i], [], 3000 * i));
            return (reply.Head.Span[0] == i, await PatternStream.CheckAsync(reply.Body) - (3000 * i));
        }));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 64).Select(i => (true, (long)i))));
    }

    [Test]
    public async Task Normalising_brings_spellings_together()
    {
        var transport = (await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [], [], 0))))).Transport;

        Assert.That(SpellingsOfOneAddress.Select(transport.Normalize), Is.All.EqualTo(SpellingsOfOneAddress[0]));
        Assert.That(transport.Normalize(transport.Normalize(SpellingsOfOneAddress[0])), Is.EqualTo(SpellingsOfOneAddress[0]));
    }

    [Test]
    public async Task Text_that_is_no_address_is_a_format_error()
    {
        var transport = (await CreateAsync(new ScriptedPeerHandler((_, _) => new(Reply(PeerStatus.Ok, [], [], 0))))).Transport;

        Assert.Multiple(() =>
        {
            foreach (var text in NoAddresses)
            {
                Assert.Throws<FormatException>(() => transport.Normalize(text), text);
            }
        });
    }

    private Task<PeerReply> SendAsync(PeerTransportSetup setup, PeerRequest request, CancellationToken cancellationToken = default) =>
        setup.Transport.SendAsync(setup.Address, request, cancellationToken).WaitAsync(Patience, CancellationToken.None);

    private static PeerRequest Request(byte[] head, byte[] proof, int bodyLength) =>
        new() { Head = head, Proof = proof, Body = bodyLength == 0 ? null : new PatternStream(bodyLength), BodyLength = bodyLength };

    private static PeerReply Reply(PeerStatus status, byte[] head, byte[] proof, int bodyLength) =>
        new() { Status = status, Head = head, Proof = proof, Body = bodyLength == 0 ? null : new PatternStream(bodyLength), BodyLength = bodyLength };

    private sealed class Freed : IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Dispose() => _done.TrySetResult();
    }
}
