using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Diagnostics;

public sealed class ExplainTests
{
    private const int SegmentSize = 64 * 1024;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = [1, 2, 3, 4, 5];
    private LightDfsTestCluster _cluster = null!;

    [SetUp]
    public async Task StartAsync()
    {
        // Time stands still, so that no owner is ever left out for being slow.
        var time = new FakeTimeProvider(Now);
        _cluster = await LightDfsTestCluster.StartAsync(5, options =>
        {
            options.Time = _ => time;
            options.ConfigureMachine = (_, machine) => machine.SegmentSize = SegmentSize;
        });
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Stored_file_is_explained_alike_by_every_machine([Range(0, 4)] int asked)
    {
        var stored = await StoreAsync();
        var preference = _cluster.PreferenceOf(stored.Id);

        var explained = await _cluster[asked].Cluster.ExplainAsync(stored.Id);

        Assert.Multiple(() =>
        {
            Assert.That((explained.Id, explained.PlacedId, explained.Partition, explained.Copies), Is.EqualTo((stored.Id, stored.Id, Partitions.Of(stored.Id), 3)));
            Assert.That(explained.Machines.Select(machine => machine.Machine), Is.EqualTo(preference.Select(machine => (MachineId?)machine.Id)));
            Assert.That(explained.Owners, Is.EqualTo(explained.Machines.Take(3)));
            Assert.That(explained.Owners.Select(Outline), Is.All.EqualTo((MachineState.Up, HoldingState.Present, (long?)5, (string?)null)));
            Assert.That(explained.Owners.Select(owner => owner.Version).Distinct().Count(), Is.EqualTo(1));
            Assert.That(explained.Machines.Skip(3).Select(Outline), Is.All.EqualTo((MachineState.Up, HoldingState.Nothing, (long?)null, (string?)null)));
            Assert.That(explained.Machines.Select(machine => machine.Address), Is.EqualTo(preference.Select(machine => machine.Address)));
            Assert.That(explained.Machines.Single(machine => machine.IsSelf).Machine, Is.EqualTo(_cluster[asked].Id));
            Assert.That(explained.IsFullyCopied);
            Assert.That(explained.Summary, Is.EqualTo("Fully copied: 3 of 3 owners hold it."));
        });
    }

    [Test]
    public async Task Deleted_file_shows_its_tombstones_with_their_time()
    {
        var stored = await StoreAsync();
        await _cluster[1].Files.DeleteAsync(stored.Id);

        var explained = await _cluster[2].Cluster.ExplainAsync(stored.Id);

        Assert.That(explained.Owners.Select(owner => (owner.Holds, owner.DeletedAt, owner.Version)), Is.All.EqualTo((HoldingState.Deleted, (DateTimeOffset?)Now, (UInt128?)null)));
        Assert.That(explained.IsFullyCopied, Is.False);
        Assert.That(explained.Summary, Does.StartWith("Deleted at 2026-01-02 12:00:00Z; 3 of 3"));
    }

    [Test]
    public async Task Damaged_copy_is_told_from_a_sound_one_once_somebody_has_read_it()
    {
        var stored = await StoreAsync();
        var spoilt = Machine((await _cluster[0].Cluster.ExplainAsync(stored.Id)).Owners[1]);
        spoilt.Store.FlipByte(stored.Id, 2);
        await spoilt.Store.VerifyAsync(stored.Id);

        var explained = await _cluster[0].Cluster.ExplainAsync(stored.Id);

        Assert.That(explained.Owners.Select(owner => owner.Holds), Is.EqualTo(new[] { HoldingState.Present, HoldingState.Damaged, HoldingState.Present }));
        Assert.That((explained.Owners[1].Version, explained.Owners[1].Length), Is.EqualTo((explained.Owners[0].Version, (long?)5)));
        Assert.That(explained.IsFullyCopied, Is.False);
    }

    [Test]
    public async Task Machine_that_is_down_is_listed_with_the_reason_and_not_taken_for_empty()
    {
        var stored = await StoreAsync();
        var owners = (await _cluster[0].Cluster.ExplainAsync(stored.Id)).Owners;
        var down = Machine(owners[0]);
        await down.StopAsync();

        var explained = await _cluster.Machines.First(machine => machine.IsRunning).Cluster.ExplainAsync(stored.Id);

        Assert.That((explained.Owners[0].Machine, explained.Owners[0].State, explained.Owners[0].Holds), Is.EqualTo((owners[0].Machine, MachineState.Down, HoldingState.Unknown)));
        Assert.That(explained.Owners[0].UnknownBecause, Is.Not.Empty);
        Assert.That(explained.IsFullyCopied, Is.False);
        Assert.That(explained.Summary, Does.StartWith("2 of 3 owners hold it.").And.Contain(down.Address));
    }

    [Test]
    public async Task Refusal_is_told_as_the_reason()
    {
        var stored = await StoreAsync();
        await _cluster[4].StopAsync();
        await _cluster[4].StartAsync();

        var explained = await _cluster[0].Cluster.ExplainAsync(stored.Id);

        var starting = explained.Machines.Single(machine => machine.Address == _cluster[4].Address);
        Assert.That((starting.State, starting.Holds), Is.EqualTo((MachineState.Up, HoldingState.Unknown)));
        Assert.That(starting.UnknownBecause, Does.Contain("starting"));
    }

    [Test]
    public async Task Reply_that_is_not_proven_tells_nothing()
    {
        var stored = await StoreAsync();
        var liar = Machine((await _cluster[0].Cluster.ExplainAsync(stored.Id)).Machines[4]);
        var asking = _cluster.Machines.First(machine => machine != liar);
        _cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.To != liar.Address || exchange.Asks() != Operation.Explain)
            {
                return reply;
            }
            // One bit of what it says it holds, so that "nothing" becomes "present".
            var head = reply.Head.ToArray();
            head[^(1 + 16 + 8 + 8)] ^= 1;
            return new PeerReply(reply) { Status = reply.Status, Head = head, Proof = reply.Proof };
        };

        var explained = await asking.Cluster.ExplainAsync(stored.Id);

        Assert.That(explained.Machines.Single(machine => machine.Machine == liar.Id).Holds, Is.EqualTo(HoldingState.Unknown));
    }

    [Test]
    public async Task Stray_copy_and_version_clash_are_seen()
    {
        var stored = await StoreAsync();
        var stray = Machine((await _cluster[0].Cluster.ExplainAsync(stored.Id)).Machines[3]);
        var other = TestReplica.Of(1);
        await stray.PlantAsync(stored.Id, other);

        var explained = await _cluster[0].Cluster.ExplainAsync(stored.Id);

        Assert.That((explained.Machines[3].IsOwner, explained.Machines[3].Holds, explained.Machines[3].Length), Is.EqualTo((false, HoldingState.Present, (long?)1)));
        Assert.That(explained.Machines[3].Version, Is.EqualTo(other.Record.Version).And.Not.EqualTo(explained.Machines[0].Version));
        Assert.That(explained.IsFullyCopied, Is.False);
        Assert.That(explained.Summary, Does.Contain(stray == _cluster[0] ? "this machine (a copy)" : $"'{stray.Address}' (a copy)").And.Contain("different versions"));
    }

    [Test]
    public async Task Salted_file_is_explained_by_the_callers_id_and_salt()
    {
        var stored = await _cluster[0].StoreAsync(Content, new StoreOptions { PlacementSalt = 7 });

        var salted = await _cluster[1].Cluster.ExplainAsync(stored.Id, new LookupOptions { PlacementSalt = 7 });
        var plain = await _cluster[1].Cluster.ExplainAsync(stored.Id);

        Assert.That((salted.Id, salted.PlacedId, salted.Partition), Is.EqualTo((stored.Id, stored.Id.WithSalt(7), Partitions.Of(stored.Id.WithSalt(7)))));
        Assert.That((salted.IsFullyCopied, plain.IsFullyCopied), Is.EqualTo((true, false)));
        Assert.That(plain.Summary, Does.StartWith("Nobody holds anything of it"));
    }

    [Test]
    public async Task Large_file_and_each_of_its_pieces_are_explained_by_their_ids()
    {
        var stored = await _cluster[0].StoreAsync(new byte[(3 * SegmentSize) + 1]);
        var pieces = _cluster.Machines.SelectMany(machine => machine.Store.List(null, 100)).Select(held => held.Id).Where(id => id.Kind == FileKind.Segment).ToHashSet();

        var explained = await _cluster[1].Cluster.ExplainAsync(stored.Id);

        Assert.That(explained.IsFullyCopied);
        Assert.That(pieces, Has.Count.EqualTo(4));
        foreach (var piece in pieces)
        {
            var explainedPiece = await _cluster[1].Cluster.ExplainAsync(piece);
            Assert.That(explainedPiece.IsFullyCopied);
            Assert.That(explainedPiece.Owners.Select(owner => owner.Length), Is.All.EqualTo(SegmentSize).Or.All.EqualTo(1));
        }
    }

    [Test]
    public async Task No_id_is_refused_before_anybody_is_asked()
    {
        var sent = 0;
        _cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            sent++;
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await Assert.ThrowsAsync<ArgumentException>(() => _cluster[0].Cluster.ExplainAsync(default));

        Assert.That(sent, Is.Zero);
    }

    [Test]
    public async Task Listed_address_that_never_answered_is_listed_and_leaves_a_copy_wanting()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));
        var stored = await cluster[0].StoreAsync(Content);

        var explained = await cluster[0].Cluster.ExplainAsync(stored.Id);

        var silent = explained.Machines[^1];
        Assert.That((silent.Machine, silent.Address, silent.State, silent.Holds, silent.IsOwner), Is.EqualTo(((MachineId?)null, "memory://nobody", MachineState.NeverAnswered, HoldingState.Unknown, false)));
        Assert.That((explained.Copies, explained.Owners.Count, explained.IsFullyCopied), Is.EqualTo((3, 2, false)));
    }

    [Test]
    public async Task Machine_that_does_not_serve_yet_says_so()
    {
        await using var cluster = LightDfsTestCluster.Create(3, options => options.ConfigureMachine = (_, machine) => machine.StartTimeout = TimeSpan.Zero);
        await cluster[0].StartAsync();

        var thrown = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Cluster.ExplainAsync(FileId.New()));

        Assert.That(thrown!.Message, Does.Contain("does not serve yet"));
    }

    private Task<StoredFile> StoreAsync() => _cluster[0].StoreAsync(Content);

    private TestMachine Machine(MachineHolding holding) => _cluster.Machines.Single(machine => machine.Id == holding.Machine);

    private static (MachineState State, HoldingState Holds, long? Length, string? Unknown) Outline(MachineHolding machine) => (machine.State, machine.Holds, machine.Length, machine.UnknownBecause);
}
