using System.Security.Cryptography;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Network;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>A reply altered in any field counts as no answer, and never as "no". (P3, P7)</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlteredReplyTests
{
    private static readonly byte[] Message = "the map"u8.ToArray();
    private readonly InMemoryNetwork _network = new();
    private readonly Node _asker;
    private readonly Node _asked;

    public AlteredReplyTests()
    {
        _asker = new Node(_network, 1, TimeProvider.System);
        _asked = new Node(_network, 2, TimeProvider.System);
        _asked.Operations[Operation.Find] = (_, _) => new(new PeerOutcome(PeerStatus.NotFound) { Message = Message });
    }

    private static IEnumerable<string> Fields => Alterations.Of(Samples.Reply).Select(change => change.Field);

    private static IEnumerable<PeerStatus> OtherStatuses => Enum.GetValues<PeerStatus>().Where(status => status != PeerStatus.NotFound);

    [TestCaseSource(nameof(Fields))]
    public async Task Reply_with_an_altered_field_in_its_head_is_no_answer(string field) => await AssertNoAnswerAsync(reply =>
    {
        Assert.That(ReplyHead.TryDecode(reply.Head.Span, out var head));
        return With(reply, head: Alterations.Of(head!).Single(change => change.Field == field).Altered.Encode());
    });

    [Test]
    public async Task Reply_with_another_status_is_no_answer([ValueSource(nameof(OtherStatuses))] PeerStatus status) => await AssertNoAnswerAsync(reply => With(reply, status));

    [Test]
    public async Task Reply_with_a_status_of_another_version_is_no_answer() => await AssertNoAnswerAsync(reply => With(reply, (PeerStatus)99));

    [Test]
    public async Task Reply_without_proof_is_no_answer() => await AssertNoAnswerAsync(reply => With(reply, proof: []));

    [Test]
    public async Task Reply_with_a_proof_cut_short_is_no_answer() => await AssertNoAnswerAsync(reply => With(reply, proof: reply.Proof.ToArray()[..^1]));

    [Test]
    public async Task Reply_whose_body_is_cut_off_with_its_length_is_no_answer() => await AssertNoAnswerAsync(reply => With(reply, body: []));

    [Test]
    public async Task Reply_to_an_earlier_request_is_no_answer()
    {
        PeerReply? earlier = null;
        _network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            return earlier = With(earlier ?? reply);
        };
        var peer = _asker.Peer(_asked);
        peer.Answered(_asked.Self.Card, _asked.Address);
        Assert.That((await _asker.AskAsync(peer)).Status, Is.EqualTo(PeerStatus.NotFound));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _asker.AskAsync(peer));

        Assert.That(thrown!.Reason, Does.Contain("not proven"));
    }

    [Test]
    public async Task Message_of_another_content_is_no_message()
    {
        _network.Interceptor = async (exchange, cancellationToken) => With(await exchange.DeliverAsync(exchange.Request, cancellationToken), body: "the mop"u8.ToArray());
        var peer = _asker.Peer(_asked);
        peer.Answered(_asked.Self.Card, _asked.Address);
        await using var answer = await _asker.Client.CallAsync(peer, Operation.Find, default, null, TimeSpan.FromSeconds(3), CancellationToken.None);

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(async () => await answer.ReadMessageAsync(CancellationToken.None));

        Assert.That(thrown!.Reason, Does.Contain("checksum"));
    }

    /// <summary>What a reply is made of. Whoever adds to it says in the tests above what becomes of a reply in which that is altered.</summary>
    [Test]
    public void Reply_has_no_part_that_is_not_altered_here() => Assert.That(
        typeof(PeerReply).GetProperties().Select(property => property.Name),
        Is.EquivalentTo(new[] { nameof(PeerReply.Status), nameof(PeerReply.Head), nameof(PeerReply.Proof), nameof(PeerReply.Body), nameof(PeerReply.BodyLength) }));

    /// <summary>The only machine that has the file answers, and somebody on the way makes a "no" of it, or an answer that nobody signed.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task Altered_reply_never_makes_a_file_absent(bool isSigned)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.IsLoopback = false;
            options.ConfigureMachine = (_, machine) => (machine.ClusterKey, machine.Replicas) = (Node.Key, 1);
        });
        var file = FileId.New();
        while (cluster.PreferenceOf(file)[0] != cluster[2])
        {
            file = FileId.New();
        }
        await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]), new StoreOptions { Id = file });
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            return exchange.To == cluster[2].Address ? With(reply, PeerStatus.NotFound, proof: isSigned ? null : []) : reply;
        };

        var thrown = await Assert.ThrowsAsync<FileUnavailableException>(async () => await cluster[0].Files.FindAsync(file));

        Assert.That(thrown!.Unanswered.Select(failure => failure.Machine), Is.EqualTo(new MachineId?[] { cluster[2].Id }));
    }

    private async Task AssertNoAnswerAsync(Func<PeerReply, PeerReply> alter)
    {
        var peer = _asker.Peer(_asked);
        peer.Answered(_asked.Self.Card, _asked.Address);
        Assert.That((await _asker.AskAsync(peer)).Status, Is.EqualTo(PeerStatus.NotFound), "the reply as it is");
        _network.Interceptor = async (exchange, cancellationToken) => alter(await exchange.DeliverAsync(exchange.Request, cancellationToken));
        var (met, before) = (_asker.Self.Met.Count, peer.View);

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _asker.AskAsync(peer));

        Assert.That(thrown!.Reason, Does.Contain("proof").Or.Contain("not proven"));
        Assert.That(_asker.Self.Met, Has.Count.EqualTo(met), "nothing that it says is believed");
        Assert.That(peer.View with { State = before.State, Why = before.Why, Since = before.Since }, Is.EqualTo(before));
    }

    private static PeerReply With(PeerReply reply, PeerStatus? status = null, ReadOnlyMemory<byte>? head = null, byte[]? proof = null, byte[]? body = null)
    {
        var length = body?.Length ?? reply.BodyLength;
        return new PeerReply((IAsyncDisposable)reply)
        {
            Status = status ?? reply.Status,
            Head = head ?? reply.Head,
            Proof = proof ?? reply.Proof,
            Body = length == 0 ? null : body is null ? reply.Body : new MemoryStream(body),
            BodyLength = length,
        };
    }
}
