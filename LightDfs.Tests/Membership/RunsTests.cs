using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Which run of another machine counts, of those that peers and membership know.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunsTests
{
    private static readonly MachineId Machine = Maps.IdOf(1);
    private readonly PeerDirectory _directory = new(TimeProvider.System);
    private readonly Problems _problems = new(TimeProvider.System, NullLogger<Problems>.Instance);
    private readonly Dictionary<string, MachineCard> _answers = [];
    private InMemoryReplicaStore _store = null!;
    private MembershipState _membership = null!;
    private Runs _runs = null!;

    [SetUp]
    public async Task KnowStartFive()
    {
        _store = new InMemoryReplicaStore();
        await _store.OpenAsync();
        _membership = new MembershipState(_store, new RendezvousHashRing(), 3, NullLogger<MembershipState>.Instance);
        await _membership.MergeAsync(Maps.Of(Maps.Entry(1) with { Self = new(1, Maps.SelfOf([Maps.AddressOf(1)], start: 5, incarnation: 50)) }), default);
        _runs = new Runs(_directory, _membership, _problems) { Ask = (address, _) => Task.FromResult(_answers.GetValueOrDefault(address)) };
    }

    [TearDown]
    public async Task Close()
    {
        _membership.Dispose();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Known_run_and_unknown_machine_count()
    {
        Assert.That(await RefuseAsync(5, 50), Is.Null);
        Assert.That(await _runs.RefuseAsync(Card(1, 1) with { Machine = Maps.IdOf(2) }, null, default), Is.Null);
        Assert.That(_problems.All, Is.Empty);
    }

    [TestCase(4, 99UL)]
    [TestCase(5, 49UL)]
    [TestCase(5, 51UL)]
    public async Task Lower_start_and_another_run_of_the_same_are_refused_though_nobody_answers(long start, ulong incarnation)
    {
        Assert.That(await RefuseAsync(start, incarnation), Does.Contain("the cluster knows start 5").And.Contain($"this one is start {start}"));
        Assert.That(_problems.All, Has.One.Contains($"Two machines run with the id '{Machine}'"));
    }

    [Test]
    public async Task Later_start_is_refused_while_the_known_run_answers()
    {
        _answers[Maps.AddressOf(1)] = Card(5, 50);

        Assert.That(await RefuseAsync(6, 60), Does.Contain($"that one still answers at '{Maps.AddressOf(1)}'"));
        Assert.That(await RefuseAsync(5, 50), Is.Null);
    }

    [Test]
    public async Task Later_start_counts_when_the_known_run_is_gone_and_ends_it()
    {
        Assert.That(await RefuseAsync(6, 60), Is.Null);

        Assert.That(await RefuseAsync(5, 50), Does.Contain("the cluster knows start 6"));
        Assert.That(await RefuseAsync(6, 61), Does.Contain("the cluster knows start 6"));
    }

    [Test]
    public async Task Restart_at_the_same_address_is_no_copy()
    {
        _answers[Maps.AddressOf(1)] = Card(6, 60);

        Assert.That(await RefuseAsync(6, 60), Is.Null);
        Assert.That(_problems.All, Is.Empty);
    }

    [Test]
    public async Task Known_run_is_looked_for_where_it_answered_last_too()
    {
        _directory.Of(Machine).Answered(Card(5, 50), "memory://elsewhere");
        _answers["memory://elsewhere"] = Card(5, 50);

        Assert.That(await RefuseAsync(6, 60), Does.Contain("memory://elsewhere"));
    }

    [Test]
    public async Task Of_the_runs_that_membership_and_contacts_know_the_higher_counts()
    {
        _directory.Of(Machine).Answered(Card(5, 49), Maps.AddressOf(1));

        Assert.That(await RefuseAsync(5, 49), Is.Not.Null);
        Assert.That(await RefuseAsync(5, 50), Is.Null);
    }

    private ValueTask<string?> RefuseAsync(long start, ulong incarnation) => _runs.RefuseAsync(Card(start, incarnation), null, CancellationToken.None);

    private static MachineCard Card(long start, ulong incarnation) => new()
    {
        Machine = Machine,
        Incarnation = incarnation,
        Start = start,
        Cluster = 1,
        HoldsData = false,
        Membership = 0,
        Clock = DateTimeOffset.UnixEpoch,
    };
}
