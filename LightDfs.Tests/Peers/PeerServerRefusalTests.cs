using System.Security.Cryptography;
using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Network;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>What a machine refuses without saying anything of itself, each with a reason of its own in the log. (P7)</summary>
public sealed class PeerServerRefusalTests
{
    private static readonly PeerConnection Open = new(IsProtected: false, IsLoopback: false, Remote: "10.0.0.9");
    private static readonly ClusterKeys Keys = new("lightdfs", Node.Key, null);
    private static readonly byte[] Body = "hello"u8.ToArray();

    /// <summary>A request that passes.</summary>
    private static readonly RequestHead Good = new()
    {
        Operation = Operation.Store,
        Target = Samples.Machine(2),
        TargetIncarnation = 200,
        SentTo = "memory://node-2",
        Sender = Samples.Card with { Machine = Samples.Machine(1), Incarnation = 100, Start = 5 },
        Counter = 1,
        BodyLength = Body.Length,
        BodyHash = SHA256.HashData(Body),
        Payload = new byte[] { 1, 2 },
    };

    private static IEnumerable<TestCaseData> Refused()
    {
        TestCaseData Case(string name, string reason, Func<Node, PeerRequest> make) => new TestCaseData(reason, make).SetArgDisplayNames(name);
        yield return Case("unsigned", "it is not signed", _ => Signed(Good, proof: []));
        yield return Case("signed with another key", "none of this machine's keys", _ => Signed(Good, new ClusterKeys("lightdfs", "another secret of enough length", null)));
        yield return Case("signed under another cluster name", "none of this machine's keys", _ => Signed(Good, new ClusterKeys("other", Node.Key, null)));
        yield return Case("signed without a secret", "none of this machine's keys", _ => Signed(Good, new ClusterKeys("lightdfs", null, null)));
        yield return Case("proof cut short", "none of this machine's keys", _ => Signed(Good, proof: Keys.SignRequest(Good.Encode().Span)[..31].ToArray()));
        yield return Case("a signed head of another format", "cannot be read", _ => Signed([9, .. Good.Encode().Span[1..]]));
        yield return Case("a signed head of nothing", "cannot be read", _ => Signed([]));
        yield return Case("a longer body than promised", "promises a body of 5 bytes, but 6 come", _ => Signed(Good, body: "hello!"u8.ToArray()));
        yield return Case("no body where one is promised", "promises a body of 5 bytes, but 0 come", _ => Signed(Good, body: []));
        yield return Case("no hash of the body on an open connection", "is not covered by the proof", _ => Signed(Good with { BodyHash = default }));
        yield return Case("from a machine without id", "has no id yet", _ => Signed(Good with { Sender = Good.Sender with { Machine = default } }));
        yield return Case("from a machine with the same id", "this machine's own id", _ => Signed(Good with { Sender = Good.Sender with { Machine = Samples.Machine(2) } }));
        yield return Case("from a start before one that was heard", "which is at start 6", node => After(node, Good with { Sender = Good.Sender with { Start = 6, Incarnation = 7 } }));
        yield return Case("from the lower run of one start", "two machines with id", node => After(node, Good with { Sender = Good.Sender with { Incarnation = ulong.MaxValue } }));
        yield return Case("replayed", "a replay", node => After(node, Good));
        yield return Case("overtaken by more than the window", "too old", node => After(node, Good with { Counter = ReplayWindow.Size + 1 }));
    }

    [TestCaseSource(nameof(Refused))]
    public async Task Refused_request_leaves_its_reason_in_the_log_and_nothing_else(string reason, object make)
    {
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System);
        var request = ((Func<Node, PeerRequest>)make)(node);
        var (calls, met, reached) = (node.Calls.Count, node.Self.Met.Count, node.Self.Reached.Count);

        var reply = await node.Server.HandleAsync(request, Open, CancellationToken.None);

        AssertRevealsNothing(reply);
        Assert.That(node.Logs.Of(LogEvents.RequestRefused), Has.Count.EqualTo(1).And.All.Contains(reason).And.All.Contains("10.0.0.9"));
        Assert.That((node.Calls.Count, node.Self.Met.Count, node.Self.Reached.Count), Is.EqualTo((calls, met, reached)));
    }

    [Test]
    public async Task Machine_without_a_key_serves_only_loopback()
    {
        var withoutKey = new ClusterKeys("lightdfs", null, null);
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System, withoutKey);

        var refused = await node.Server.HandleAsync(Signed(Good, withoutKey), Open, CancellationToken.None);
        var served = await node.Server.HandleAsync(Signed(Good, withoutKey), Open with { IsLoopback = true }, CancellationToken.None);

        AssertRevealsNothing(refused);
        Assert.That(node.Logs.Of(LogEvents.RequestRefused), Has.Count.EqualTo(1).And.All.Contains("has no cluster key, so it serves only loopback"));
        Assert.That(served.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Machine_without_key_and_peers_serves_only_itself()
    {
        var withoutKey = new ClusterKeys("lightdfs", null, null);
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System, withoutKey) { IsAlone = true };
        var fromItself = Good with { Operation = Operation.WhoAreYou, Sender = node.Self.Card };

        var refused = await node.Server.HandleAsync(Signed(Good, withoutKey), Open with { IsLoopback = true }, CancellationToken.None);
        var served = await node.Server.HandleAsync(Signed(fromItself, withoutKey), Open with { IsLoopback = true }, CancellationToken.None);

        AssertRevealsNothing(refused);
        Assert.That(node.Logs.Of(LogEvents.RequestRefused), Has.Count.EqualTo(1).And.All.Contains("no cluster key and no peers, so it serves only itself"));
        Assert.That(served.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Body_without_hash_is_taken_from_a_protected_connection()
    {
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System);

        var reply = await node.Server.HandleAsync(Signed(Good with { BodyHash = default }), Open with { IsProtected = true }, CancellationToken.None);

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Counters_out_of_order_are_accepted_once()
    {
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System);
        var statuses = new List<PeerStatus>();

        foreach (var counter in new ulong[] { 5, 3, 4, 3, 5, 6 })
        {
            statuses.Add((await node.Server.HandleAsync(Signed(Good with { Counter = counter }), Open, CancellationToken.None)).Status);
        }

        const PeerStatus Ok = PeerStatus.Ok, Refused = PeerStatus.Refused;
        Assert.That(statuses, Is.EqualTo(new[] { Ok, Ok, Ok, Refused, Refused, Ok }));
    }

    [Test]
    public async Task Altered_body_under_an_intact_head_is_refused_and_logged()
    {
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System);
        node.Operations[Operation.Membership] = async (call, token) =>
            await call.ReadMessageAsync(token) is null ? PeerOutcome.Because(PeerStatus.BadRequest, "altered") : new PeerOutcome(PeerStatus.Ok);

        var altered = await node.Server.HandleAsync(Signed(Good with { Operation = Operation.Membership }, body: "hallo"u8.ToArray()), Open, CancellationToken.None);
        var intact = await node.Server.HandleAsync(Signed(Good with { Operation = Operation.Membership, Counter = 2 }), Open, CancellationToken.None);

        Assert.That((altered.Status, intact.Status), Is.EqualTo((PeerStatus.BadRequest, PeerStatus.Ok)));
        Assert.That(node.Logs.Of(LogEvents.RequestRefused), Has.Count.EqualTo(1).And.All.Contains("its body is not the one that its proven head promises"));
    }

    [Test]
    public async Task Machine_whose_disk_is_not_open_says_only_that_it_starts()
    {
        var node = new Node(new InMemoryNetwork(), 2, TimeProvider.System);
        node.Self.IsOpen = false;

        var reply = await node.Server.HandleAsync(Signed(Good), Open, CancellationToken.None);

        Assert.That((reply.Status, reply.Head.Length, reply.Proof.Length, reply.BodyLength), Is.EqualTo((PeerStatus.Starting, 0, 0, 0L)));
    }

    internal static void AssertRevealsNothing(PeerReply reply) =>
        Assert.That((reply.Status, reply.Head.Length, reply.Proof.Length, reply.BodyLength, reply.Body), Is.EqualTo((PeerStatus.Refused, 0, 0, 0L, (Stream?)null)));

    private static PeerRequest After(Node node, RequestHead first)
    {
        var reply = node.Server.HandleAsync(Signed(first), Open, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Ok));
        return Signed(Good);
    }

    private static PeerRequest Signed(RequestHead head, ClusterKeys? keys = null, byte[]? proof = null, byte[]? body = null) => Signed(head.Encode().ToArray(), keys, proof, body);

    private static PeerRequest Signed(byte[] head, ClusterKeys? keys = null, byte[]? proof = null, byte[]? body = null) => new()
    {
        Head = head,
        Proof = proof ?? (keys ?? Keys).SignRequest(head),
        Body = body is [] ? null : new MemoryStream(body ?? Body),
        BodyLength = (body ?? Body).Length,
    };
}
