using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Repair;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>What a machine does that may have slept through deletes, until it has taken those that it missed.</summary>
public sealed class TombstoneCatchUpTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(1000);

    [Test]
    public async Task Peers_hear_starting_and_not_what_it_holds()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var stored = await cluster[0].StoreAsync(Content);
        var order = cluster.PreferenceOf(stored.Id);
        await RestartAsync(order[2]);
        foreach (var owner in order.Take(2))
        {
            cluster.Network.Cut(order[4].Address, owner.Address);
        }

        var find = await Assert.ThrowsAsync<FileUnavailableException>(() => order[4].Files.FindAsync(stored.Id));
        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => order[4].Files.OpenAsync(stored.Id));
        var list = await Assert.ThrowsAsync<FileUnavailableException>(() => order[3].ListAsync());
        await order[2].MeetPeersAsync();

        foreach (var failure in (FileUnavailableException[])[find, open, list])
        {
            Assert.That(failure.Unanswered.Single(one => one.Machine == order[2].Id).Reason, Does.Contain("starting"));
        }
        Assert.That(await order[4].ReadAsync(stored.Id), Is.EqualTo(Content));
    }

    [Test]
    public async Task Stores_and_deletes_go_on_meanwhile_and_the_status_says_what_is_done()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var old = await cluster[0].StoreAsync(Content);
        var told = false;
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == Operation.Tombstones && !told
            ? throw exchange.Lost("the question")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);
        await RestartAsync(cluster[2]);
        await cluster[2].Running.CatchUp.StepAsync(CancellationToken.None);
        await cluster[2].Running.Heartbeats.BeatAllAsync(CancellationToken.None);

        var status = cluster[2].Cluster.Status;
        var stored = await cluster[2].StoreAsync(ClusterSteps.Bytes(2000));
        var deleted = await cluster[2].Files.DeleteAsync(stored.Id);
        told = true;
        await cluster.SettleAsync();

        Assert.That((status.IsReady, status.NotReadyBecause), Is.EqualTo((false, "it takes the deletes that it may have missed, of 1 partitions")));
        Assert.That(stored.Copies, Is.EqualTo(3));
        Assert.That(deleted, Is.True);
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
        cluster[0].TakeDown(cluster);
        cluster[1].TakeDown(cluster);
        Assert.That(await cluster[2].ReadAsync(old.Id), Is.EqualTo(Content), "served from its own disk again");
    }

    [Test]
    public async Task Where_no_co_owner_lives_it_serves_until_one_does()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(Content);
        await cluster[2].StopAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);
        await cluster[0].StopAsync();
        await cluster[1].StopAsync();

        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        var alone = await cluster[2].ReadAsync(stored.Id);
        await cluster[1].StartAsync();
        await cluster[1].Running.Discovery.RoundAsync(CancellationToken.None);
        await cluster[2].Running.Discovery.RoundAsync(CancellationToken.None);

        Assert.That(alone, Is.EqualTo(Content));
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.Null);
    }

    [Test]
    public async Task Peer_that_does_not_tell_is_passed_over_for_another_one()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = log);
        var stored = await cluster[0].StoreAsync(Content);
        await cluster[2].StopAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);
        var dumb = cluster.Machines.Take(2).MinBy(machine => machine.Id)!;
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == Operation.Tombstones && exchange.To == dumb.Address
            ? throw exchange.Lost("the question")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);

        await cluster[2].StartAsync();
        await cluster[2].MeetPeersAsync();

        Assert.That(cluster[2].StateOf(stored.Id), Is.EqualTo(ReplicaState.Deleted));
        Assert.That(log.Of(LogEvents.DeletesNotTold), Has.Count.EqualTo(1));
        Assert.That(log.Of(LogEvents.CaughtUp).Single().Message, Does.Contain("had missed, taken from machine").And.Contain(": 1. Partitions"));
    }

    [Test]
    public async Task Machine_waits_for_every_live_co_owner_and_warns_once_of_one_that_does_not_tell()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => (options.Loggers, options.Time) = (log, _ => time));
        await cluster[0].StoreAsync(Content);
        var isDumb = true;
        cluster.Network.Interceptor = (exchange, cancellationToken) => isDumb && exchange.Asks() == Operation.Tombstones && exchange.To == cluster[1].Address
            ? throw new PeerUnreachableException(exchange.To, "it is slow, as the test wants it.", new TimeoutException())
            : exchange.DeliverAsync(exchange.Request, cancellationToken);
        await RestartAsync(cluster[2]);

        for (var step = 0; step < 3; step++)
        {
            await cluster[2].MeetPeersAsync();
        }
        var (before, warnings) = (cluster[2].Cluster.Status.IsReady, log.Of(LogEvents.DeletesNotTold).Count);
        isDumb = false;
        await cluster[2].MeetPeersAsync();

        Assert.That((before, warnings), Is.EqualTo((false, 1)));
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
    }

    [Test]
    public async Task Delete_that_only_an_owner_of_before_knows_is_taken_too()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        // The file was deleted while this machine slept; then the ring changed, and the new owners have not got the tombstone yet.
        await order[2].PlantAsync(id, TestReplica.Of(1000));
        await order[4].Store.DeleteAsync(id, DateTimeOffset.UtcNow);
        await RestartAsync(order[2]);

        await order[2].MeetPeersAsync();

        Assert.That(order[2].StateOf(id), Is.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Machine_that_holds_nothing_asks_nobody()
    {
        var asked = 0;
        await using var cluster = LightDfsTestCluster.Create();
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Tombstones)
            {
                Interlocked.Increment(ref asked);
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();

        Assert.That(asked, Is.Zero);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.IsReady), Is.All.True);
    }

    [Test]
    public async Task Machine_that_was_stopped_mid_store_takes_the_withdrawal_when_it_is_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster[0].Store.IsFull = true;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() != Operation.Store)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            if (exchange.To == cluster[1].Address)
            {
                // It has the replica, and goes down before it can say so.
                await (await exchange.DeliverAsync(exchange.Request, cancellationToken)).DisposeAsync();
                cluster[1].TakeDown(cluster);
            }
            throw exchange.Lost("the reply");
        };

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(Content));
        var left = cluster[1].StateOf(failure.File!.Value);
        await cluster[1].StopAsync();
        cluster.Network.Interceptor = null;
        cluster.Network.MendAll();
        await cluster[1].StartAsync();
        await cluster.SettleAsync();

        Assert.That(left, Is.EqualTo(ReplicaState.Present));
        Assert.That(cluster[1].StateOf(failure.File.Value), Is.EqualTo(ReplicaState.Deleted));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ReadAsync(failure.File.Value), Is.Null);
            Assert.That(await machine.ListAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Pages_hold_every_tombstone_of_the_partitions_once_in_id_order()
    {
        await using var store = new InMemoryReplicaStore();
        await store.OpenAsync();
        var deleted = new List<FileId>();
        for (var number = 0; number < 20_000; number++)
        {
            var id = FileId.New();
            if (number % 3 == 0)
            {
                await using var writer = await store.BeginAsync(id, TestReplica.Of(0).Record);
                await writer.CommitAsync();
            }
            else
            {
                await store.DeleteAsync(id, DateTimeOffset.UnixEpoch.AddSeconds(number));
                deleted.Add(id);
            }
        }
        var some = PartitionSet.None();
        deleted.Take(1000).ToList().ForEach(id => some.Add(LightDfs.Ring.Partitions.Of(id)));

        Assert.That(Pages(store, PartitionSet.All()), Is.EqualTo(deleted.Order()));
        Assert.That(Pages(store, some), Is.EqualTo(deleted.Where(id => some.Contains(LightDfs.Ring.Partitions.Of(id))).Order()));
    }

    private static IEnumerable<FileId> Pages(InMemoryReplicaStore store, PartitionSet partitions)
    {
        FileId? after = null;
        do
        {
            Assert.That(TombstonePage.TryDecode(TombstonePage.Of(store, partitions, after).Encode().Span, out var page));
            foreach (var (id, deletedAt) in page.Tombstones)
            {
                Assert.That(deletedAt, Is.EqualTo(store.Find(id)!.Value.DeletedAt));
                yield return id;
            }
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Starts a machine anew, up to where it knows its peers and serves.</summary>
    private static async Task RestartAsync(TestMachine machine)
    {
        await machine.StopAsync();
        await machine.StartAsync();
        await machine.Running.Discovery.RoundAsync(CancellationToken.None);
    }
}
