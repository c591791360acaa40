using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Network;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerServerTests
{
    private static readonly PeerConnection Connection = new(IsProtected: false, IsLoopback: true, Remote: "node-1");
    private static readonly ClusterKeys Keys = new("lightdfs", Node.Key, null);
    private readonly Node _node = new(new InMemoryNetwork(), 2, TimeProvider.System);
    private ulong _counter;

    [TestCase(3, 200UL, TestName = "Request_for_another_machine_is_answered_with_who_is_here")]
    [TestCase(2, 199UL, TestName = "Request_for_another_run_is_answered_with_the_right_one")]
    [TestCase(2, 0UL, TestName = "Request_for_no_run_is_answered_with_the_right_one")]
    public async Task Request_for_someone_else_is_answered_with_who_is_here(byte machine, ulong incarnation)
    {
        var calls = _node.Calls.Count;

        var (reply, head) = await AskAsync(Operation.Store, target: Samples.Machine(machine), incarnation: incarnation);

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Misdirected));
        Assert.That(head.Responder, Is.EqualTo(_node.Self.Card));
        Assert.That((_node.Calls.Count, _node.Self.Met.Count, _node.Logs.Of(LogEvents.RequestRefused).Count), Is.EqualTo((calls, 0, 0)));
    }

    [Test]
    public async Task Request_for_nobody_is_not_taken_by_a_machine_without_id()
    {
        _node.Self.Card = _node.Self.Card with { Machine = default };

        var (reply, _) = await AskAsync(Operation.Heartbeat, target: default(MachineId));

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Misdirected));
    }

    [Test]
    public async Task Misdirected_request_uses_up_no_counter()
    {
        await AskAsync(Operation.Find, incarnation: 0, counter: 9);

        Assert.That((await AskAsync(Operation.Find, counter: 9)).Reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [Test]
    public async Task Who_are_you_is_answered_to_machines_without_id_as_often_as_they_ask_and_changes_nothing()
    {
        foreach (var sender in new[] { Samples.Card with { Machine = default }, _node.Self.Card, Samples.Card, Samples.Card })
        {
            var (reply, head) = await AskAsync(Operation.WhoAreYou, target: default(MachineId), incarnation: 0, counter: 1, sender: sender);

            Assert.That((reply.Status, head.Responder), Is.EqualTo((PeerStatus.Ok, _node.Self.Card)));
        }
        Assert.That((_node.Self.Met.Count, _node.Self.Reached.Count), Is.EqualTo((0, 0)));
    }

    [TestCase(200UL, PeerStatus.Ok)]
    [TestCase(199UL, PeerStatus.Misdirected)]
    public async Task Proposal_is_meant_for_one_run(ulong incarnation, PeerStatus expected) =>
        Assert.That((await AskAsync(Operation.Propose, target: default(MachineId), incarnation: incarnation)).Reply.Status, Is.EqualTo(expected));

    [Test]
    public async Task Proven_request_tells_who_sent_it_and_where_it_reached_this_machine()
    {
        await AskAsync(Operation.Heartbeat);

        Assert.That(_node.Self.Met, Is.EqualTo(new[] { Samples.Card }));
        Assert.That(_node.Self.Reached, Is.EqualTo(new[] { "memory://alias" }));
    }

    [TestCase(nameof(Operation.Heartbeat), PeerStatus.Ok)]
    [TestCase(nameof(Operation.Membership), PeerStatus.Ok)]
    [TestCase(nameof(Operation.Store), PeerStatus.Starting)]
    [TestCase(nameof(Operation.Find), PeerStatus.Starting)]
    [TestCase(nameof(Operation.List), PeerStatus.Starting)]
    [TestCase(nameof(Operation.Introduce), PeerStatus.Ok)]
    public async Task Machine_that_does_not_serve_yet_answers_only_about_machines(string operation, PeerStatus expected)
    {
        _node.Self.NotServingBecause = "it is starting";

        Assert.That((await AskAsync(Enum.Parse<Operation>(operation))).Reply.Status, Is.EqualTo(expected));
    }

    [TestCase(nameof(Operation.Heartbeat), PeerStatus.Conflict)]
    [TestCase(nameof(Operation.Membership), PeerStatus.Unavailable)]
    [TestCase(nameof(Operation.Store), PeerStatus.Unavailable)]
    public async Task Run_that_does_not_count_is_told_so_and_changes_nothing(string operation, PeerStatus expected)
    {
        _node.Self.RefusedRun = "it is a copy";

        var (reply, head) = await AskAsync(Enum.Parse<Operation>(operation), counter: 9);

        Assert.That((reply.Status, System.Text.Encoding.UTF8.GetString(head.Payload.Span)), Is.EqualTo((expected, "it is a copy")));
        Assert.That(_node.Calls, Is.Empty);
        Assert.That(_node.Self.Met, Is.Empty);
        Assert.That(_node.Self.Reached, Is.Empty);
        _node.Self.RefusedRun = null;
        Assert.That((await AskAsync(Operation.Heartbeat, counter: 9)).Reply.Status, Is.EqualTo(PeerStatus.Ok), "the counter was not used up");
    }

    [TestCase(false, PeerStatus.Unavailable)]
    [TestCase(true, PeerStatus.Starting)]
    public async Task Files_of_another_cluster_are_none_of_ours(bool endsSoon, PeerStatus expected)
    {
        _node.Self.Stranger = new Refusal("it belongs to another cluster", endsSoon);

        var (reply, head) = await AskAsync(Operation.Find);

        Assert.That((reply.Status, System.Text.Encoding.UTF8.GetString(head.Payload.Span)), Is.EqualTo((expected, "it belongs to another cluster")));
        Assert.That((await AskAsync(Operation.Heartbeat)).Reply.Status, Is.EqualTo(PeerStatus.Ok));
    }

    [TestCase((byte)0)]
    [TestCase((byte)200)]
    [TestCase((byte)255)]
    public async Task Operation_of_another_version_is_answered_with_what_to_do(byte operation)
    {
        var (reply, head) = await AskAsync((Operation)operation);

        Assert.That((reply.Status, System.Text.Encoding.UTF8.GetString(head.Payload.Span)), Is.EqualTo((PeerStatus.BadRequest, $"operation {operation} is not known here: update this machine")));
    }

    [TestCase(StorageFailure.Full, PeerStatus.Full)]
    [TestCase(StorageFailure.Failing, PeerStatus.Unavailable)]
    public async Task Disk_that_refuses_is_told_with_its_reason(StorageFailure failure, PeerStatus expected)
    {
        _node.Operations[Operation.Store] = (_, _) => throw new StorageException(failure, "the disk, says the test");

        var (reply, head) = await AskAsync(Operation.Store);

        Assert.That((reply.Status, System.Text.Encoding.UTF8.GetString(head.Payload.Span)), Is.EqualTo((expected, "the disk, says the test")));
        Assert.That(_node.Logs.Of(LogEvents.OperationFailed), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Disk_that_cannot_keep_what_meeting_a_machine_changes_is_told_too()
    {
        _node.Self.FailsToMeet = new StorageException(StorageFailure.Failing, "the disk, says the test");

        Assert.That((await AskAsync(Operation.Heartbeat)).Reply.Status, Is.EqualTo(PeerStatus.Unavailable));
    }

    [Test]
    public async Task Mistake_in_an_operation_is_logged_here_and_told_by_its_kind_only()
    {
        _node.Operations[Operation.Find] = (_, _) => throw new FormatException("secret of the log");

        var (reply, head) = await AskAsync(Operation.Find);

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.Unavailable));
        Assert.That(System.Text.Encoding.UTF8.GetString(head.Payload.Span), Does.Contain("FormatException").And.Not.Contains("secret"));
        Assert.That(_node.Logs.Of(LogEvents.OperationFailed), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Body_that_breaks_off_and_a_sender_that_leaves_are_the_transports_business()
    {
        _node.Operations[Operation.Store] = (_, _) => throw new EndOfStreamException("broke off");
        _node.Operations[Operation.Find] = (_, token) => throw new OperationCanceledException(token);

        await Assert.ThrowsAsync<EndOfStreamException>(() => AskAsync(Operation.Store));
        await Assert.CatchAsync<OperationCanceledException>(() => AskAsync(Operation.Find, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Test]
    public async Task Operation_that_gives_up_by_itself_is_answered()
    {
        _node.Operations[Operation.Find] = (_, _) => throw new OperationCanceledException();

        Assert.That((await AskAsync(Operation.Find)).Reply.Status, Is.EqualTo(PeerStatus.Unavailable));
    }

    [Test]
    public async Task Answer_too_long_for_a_head_is_an_error_here_and_no_crash_at_the_peer()
    {
        var content = new MemoryStream(new byte[10]);
        _node.Operations[Operation.Read] = (_, _) => new(new PeerOutcome(PeerStatus.Ok) { Payload = new byte[ReplyHead.MaxPayloadLength + 1], Content = content, ContentLength = 10 });

        var (reply, _) = await AskAsync(Operation.Read);

        Assert.That((reply.Status, reply.BodyLength, content.CanRead), Is.EqualTo((PeerStatus.Unavailable, 0L, false)));
        Assert.That(_node.Logs.All.Single(line => line.Event == LogEvents.OperationFailed).Message, Does.Contain("Read"));
    }

    [Test]
    public async Task Longest_answer_fits()
    {
        _node.Operations[Operation.List] = (_, _) => new(new PeerOutcome(PeerStatus.Ok) { Payload = new byte[ReplyHead.MaxPayloadLength], Message = new byte[] { 1 } });

        Assert.That((await AskAsync(Operation.List)).Reply, Has.Property("Status").EqualTo(PeerStatus.Ok).And.Property("BodyLength").EqualTo(1));
    }

    [Test]
    public async Task Content_of_no_bytes_is_no_body()
    {
        var content = new MemoryStream();
        _node.Operations[Operation.Read] = (_, _) => new(new PeerOutcome(PeerStatus.Ok) { Content = content });

        var (reply, _) = await AskAsync(Operation.Read);

        Assert.That((reply.Body, reply.BodyLength, content.CanRead), Is.EqualTo(((Stream?)null, 0L, false)));
    }

    /// <summary>Else a "no" found under one membership would count under a newer one, in which more machines had to be asked.</summary>
    [TestCase(nameof(Operation.Find), false)]
    [TestCase(nameof(Operation.Membership), true)]
    public async Task Answer_about_files_is_given_under_the_membership_that_it_was_found_under(string name, bool isNew)
    {
        var operation = Enum.Parse<Operation>(name);
        var (before, after) = (_node.Self.Card, _node.Self.Card with { Membership = 99 });
        _node.Operations[operation] = (_, _) =>
        {
            _node.Self.Card = after;
            return new(new PeerOutcome(PeerStatus.NotFound));
        };

        var (_, head) = await AskAsync(operation);

        Assert.That(head.Responder, Is.EqualTo(isNew ? after : before));
    }

    private async Task<(PeerReply Reply, ReplyHead Head)> AskAsync(
        Operation operation, MachineId? target = null, ulong incarnation = 200, ulong? counter = null, MachineCard? sender = null, CancellationToken cancellationToken = default)
    {
        var head = Samples.Request with
        {
            Operation = operation,
            Target = target ?? Samples.Machine(2),
            TargetIncarnation = incarnation,
            SentTo = "memory://alias",
            Sender = sender ?? Samples.Card,
            Counter = counter ?? ++_counter,
            BodyLength = 0,
            BodyHash = default,
        };
        var request = new PeerRequest { Head = head.Encode(), Proof = Keys.SignRequest(head.Encode().Span) };

        var reply = await _node.Server.HandleAsync(request, Connection, cancellationToken);

        Assert.That(Keys.IsProven(reply, request.Proof.Span));
        Assert.That(ReplyHead.TryDecode(reply.Head.Span, out var replyHead));
        return (reply, replyHead!);
    }
}
