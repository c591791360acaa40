using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Network;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>Who is asked, what an answer teaches, and what becomes of machines that are not where they were.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerClientTests
{
    private readonly FakeTimeProvider _time = new(Samples.Time);
    private readonly InMemoryNetwork _network = new();
    private readonly Node _a;
    private readonly Node _b;
    private readonly Peer _peer;

    public PeerClientTests()
    {
        (_a, _b) = (new Node(_network, 1, _time), new Node(_network, 2, _time));
        _peer = _a.Peer(_b);
    }

    [Test]
    public async Task First_contact_learns_the_run_and_is_tried_again_by_itself()
    {
        Assert.That((await _a.AskAsync(_peer)).Status, Is.EqualTo(PeerStatus.Ok));

        Assert.That(_peer.View, Has.Property("Incarnation").EqualTo(200).And.Property("State").EqualTo(MachineState.Up).And.Property("Address").EqualTo(_b.Address));
        Assert.That(_network.RequestsTo(_b.Address), Is.EqualTo(2));
        Assert.That(_b.Calls, Has.Count.EqualTo(1));
        Assert.That(_a.Directory.WhoIs(_b.Address), Is.EqualTo(_b.Id));
        Assert.That(_a.Self.Met, Has.All.EqualTo(_b.Self.Card));
        Assert.That(_a.Logs.Of(LogEvents.PeerUp), Is.EqualTo(new[] { $"Machine '{_b.Id}' answers at '{_b.Address}'." }));
    }

    [Test]
    public async Task Machine_without_a_key_sends_nothing_to_other_hosts_and_names_the_remedy()
    {
        var network = new InMemoryNetwork { IsLoopback = false };
        var keyless = new Node(network, 1, _time, new ClusterKeys("lightdfs", null, null));
        var other = new Node(network, 2, _time, new ClusterKeys("lightdfs", null, null));

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => keyless.AskAsync(keyless.Peer(other)));

        Assert.That(thrown!.Reason, Does.Contain("has no cluster key").And.Contain("Set LightDfs:ClusterKey on every machine"));
        Assert.That(network.RequestsTo(other.Address), Is.Zero);
    }

    [Test]
    public async Task Machine_that_lists_only_protected_addresses_sends_nothing_to_others()
    {
        _a.ListsOnlyProtected = true;

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That(thrown!.Reason, Does.Contain("protected by TLS"));
        Assert.That(_network.RequestsTo(_b.Address), Is.Zero);
    }

    [Test]
    public async Task Machine_that_was_restarted_is_recognised_and_asked_again_with_the_whole_body()
    {
        await _a.AskAsync(_peer);
        _b.Restart();
        var received = new List<byte[]>();
        _b.Operations[Operation.Store] = async (call, token) =>
        {
            received.Add((await call.ReadMessageAsync(token))!.Value.ToArray());
            return new PeerOutcome(PeerStatus.Ok);
        };

        var (status, _) = await _a.AskAsync(_peer, Operation.Store, new PeerBody(new byte[] { 1, 2, 3 }));

        Assert.That((status, _peer.View.Start, _peer.View.Incarnation), Is.EqualTo((PeerStatus.Ok, 2L, 201UL)));
        Assert.That(received, Is.EqualTo(new[] { new byte[] { 1, 2, 3 } }));
    }

    [Test]
    public async Task Machine_that_is_never_the_run_that_was_asked_is_asked_twice_and_no_more()
    {
        await _a.AskAsync(_peer);
        var before = _network.RequestsTo(_b.Address);
        _network.Interceptor = (exchange, cancellationToken) =>
        {
            _b.Restart();
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var (status, _) = await _a.AskAsync(_peer);

        Assert.That((status, _network.RequestsTo(_b.Address) - before), Is.EqualTo((PeerStatus.Misdirected, 2L)));
    }

    [Test]
    public async Task Another_machine_at_the_address_is_found_out_and_both_are_known_for_what_they_are()
    {
        await _a.AskAsync(_peer);
        var c = new Node(_network, 3, _time);
        _network.Attach(_b.Address, c.Server);

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That(thrown!.Reason, Is.EqualTo($"another machine, '{c.Id}', answers at its address."));
        Assert.That((_peer.IsUp, _peer.View.Why), Is.EqualTo((false, thrown.Reason)));
        Assert.That((_a.Directory.WhoIs(_b.Address), _a.Directory.Of(c.Id).IsUp, _a.Directory.Of(c.Id).View.Address), Is.EqualTo(((MachineId?)c.Id, true, _b.Address)));
        Assert.That(c.Calls, Is.Empty);
        Assert.That(_a.Logs.Of(LogEvents.PeerDown), Has.Count.EqualTo(1).And.All.Contains($"'{_b.Id}'").And.All.Contains($"'{c.Id}'"));
    }

    [Test]
    public async Task Machine_that_lost_its_id_is_not_taken_for_the_one_that_had_it()
    {
        await _a.AskAsync(_peer);
        _b.Self.Card = _b.Self.Card with { Machine = default, Incarnation = 9, Start = 1 };

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That(thrown!.Reason, Does.Contain("a machine without an id").And.Contain("data directory"));
        Assert.That(_peer.IsUp, Is.False);
    }

    [TestCase(1, 199UL, Description = "the lower run of the same start")]
    [TestCase(0, 200UL, Description = "a start before the one that is known")]
    public async Task Copy_of_a_machine_does_not_speak_for_it(long start, ulong incarnation)
    {
        await _a.AskAsync(_peer);
        _b.Self.Card = _b.Self.Card with { Start = start, Incarnation = incarnation };

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That(thrown!.Reason, Does.Contain("an old or second run").And.Contain("copy of its data directory"));
        Assert.That((_peer.View.Start, _peer.View.Incarnation), Is.EqualTo((1L, 200UL)));
    }

    [Test]
    public async Task Copy_of_this_machine_is_no_peer_and_left_to_the_asker()
    {
        _b.Self.Card = _a.Self.Card with { Incarnation = 9 };

        await using var answer = await _a.Client.AskAsync(_b.Address, TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.That(answer.Responder.Incarnation, Is.EqualTo(9));
        Assert.That(_a.Client.Directory.WhoIs(_b.Address), Is.Null);
    }

    [Test]
    public async Task Answer_that_does_not_count_is_none_and_whoever_was_there_is_down()
    {
        await _a.AskAsync(_peer);
        _a.Self.RefusedAnswer = "a copy answers there";

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That(thrown!.Reason, Does.Contain("a copy answers there"));
        Assert.That((_peer.IsUp, _peer.View.Why), Is.EqualTo((false, "a copy answers there")));
        Assert.That(_a.Logs.Of(LogEvents.PeerDown), Has.Count.EqualTo(1).And.All.Contains("a copy answers there"));
        Assert.That(_a.Client.Directory.WhoIs(_b.Address), Is.Null);
    }

    [Test]
    public async Task Machine_that_asks_itself_meets_nobody()
    {
        await using var answer = await _a.Client.AskAsync(_a.Address, TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.That((answer.Status, answer.Responder.Incarnation), Is.EqualTo((PeerStatus.Ok, _a.Self.Card.Incarnation)));
        Assert.That(_a.Directory.All, Is.EqualTo(new[] { _peer }));
        Assert.That(_a.Directory.WhoIs(_a.Address), Is.Null);
    }

    [Test]
    public async Task Machine_is_found_at_the_address_that_answered_last()
    {
        await _a.AskAsync(_peer);
        _network.Detach(_b.Address);
        _network.Attach("memory://elsewhere", _b.Server);

        await (await _a.Client.AskAsync("memory://elsewhere", TimeSpan.FromSeconds(3), CancellationToken.None)).DisposeAsync();

        Assert.That((await _a.AskAsync(_peer)).Status, Is.EqualTo(PeerStatus.Ok));
        Assert.That(_peer.View.Address, Is.EqualTo("memory://elsewhere"));
    }

    [Test]
    public async Task Machine_of_which_no_address_is_known_is_not_asked()
    {
        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_a.Directory.Of(Samples.Machine(9))));

        Assert.That(thrown!.Reason, Is.EqualTo("no address of it is known."));
    }

    [Test]
    public async Task Machine_that_nobody_reaches_is_down_and_the_log_says_so_once()
    {
        await _a.AskAsync(_peer);
        _network.TakeDown(_b.Address);

        await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));
        await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));

        Assert.That((_peer.IsUp, _peer.View.Why), Is.EqualTo((false, "the machine is down. BringUp(address) ends that.")));
        Assert.That(_a.Logs.Of(LogEvents.PeerDown), Has.Count.EqualTo(1));
    }

    /// <summary>"They may be back, and what they hold may be nowhere else": asking a machine that is down must be more than reading what is known of it.</summary>
    [Test]
    public async Task Machine_that_is_down_is_asked_all_the_same_and_comes_up_by_its_answer()
    {
        await _a.AskAsync(_peer);
        _network.TakeDown(_b.Address);
        await Assert.ThrowsAsync<PeerUnreachableException>(() => _a.AskAsync(_peer));
        _network.BringUp(_b.Address);

        Assert.That((await _a.AskAsync(_peer)).Status, Is.EqualTo(PeerStatus.Ok));

        Assert.That(_peer.IsUp);
        Assert.That(_a.Logs.Of(LogEvents.PeerUp), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Clock_of_a_peer_is_compared_with_the_middle_of_the_exchange()
    {
        await _a.AskAsync(_peer);
        _b.Self.Card = _b.Self.Card with { Clock = Samples.Time.AddMinutes(10).AddSeconds(1) };
        _network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            _time.Advance(TimeSpan.FromSeconds(2));
            return reply;
        };

        await _a.AskAsync(_peer);

        Assert.That(_peer.View.ClockAhead, Is.EqualTo(TimeSpan.FromMinutes(10)));
    }
}
