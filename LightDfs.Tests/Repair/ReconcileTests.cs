using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>Machines mend each other's copies, whatever it was that made them differ.</summary>
public sealed class ReconcileTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(100_000);

    [Test]
    public async Task Machine_that_was_down_gets_what_it_missed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        var stored = await cluster[0].StoreManyAsync(20);
        await cluster[0].Files.DeleteAsync(stored[0]);
        await cluster[2].StartAsync();

        await cluster.ReconcileAsync();

        Assert.That(stored.Skip(1).Select(cluster[2].StateOf), Is.All.EqualTo(ReplicaState.Present));
        Assert.That(cluster[2].StateOf(stored[0]), Is.EqualTo(ReplicaState.Deleted));
        AssertAlike(cluster);
    }

    [Test]
    public async Task Machine_that_was_down_brings_what_only_it_has()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[2].PlantAsync(id, TestReplica.Of(500));

        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(id), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Damaged_copy_is_replaced()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(Content);
        cluster[1].Damage(stored.Id, 70_000);
        await cluster[1].Store.VerifyAsync(stored.Id);
        Assert.That(cluster[1].StateOf(stored.Id), Is.EqualTo(ReplicaState.Damaged));

        await cluster.ReconcileAsync();

        Assert.That((await cluster[1].Store.VerifyAsync(stored.Id))?.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Damage_that_a_reader_finds_makes_the_others_look_with_the_next_heartbeat()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(Content);
        await cluster.SettleAsync();
        var before = cluster[0].Running.Reconciler.Conditions;
        cluster[1].Damage(stored.Id);
        Assert.That(await cluster[1].ReadAsync(stored.Id), Is.EqualTo(Content));
        var unheard = cluster[0].Running.Reconciler.Conditions;

        await cluster[1].Running.Heartbeats.BeatAllAsync(CancellationToken.None);

        Assert.That(unheard, Is.EqualTo(before));
        Assert.That(cluster[0].Running.Reconciler.Conditions, Is.Not.EqualTo(before));
    }

    [Test]
    public async Task Copy_that_is_damaged_where_it_is_sent_from_is_not_sent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[0].PlantAsync(id, TestReplica.Of(200_000));
        cluster[0].Damage(id, 150_000);

        await cluster.ReconcileAsync();

        Assert.That(cluster[0].StateOf(id), Is.EqualTo(ReplicaState.Damaged));
        Assert.That((cluster[1].StateOf(id), cluster[2].StateOf(id)), Is.EqualTo(((ReplicaState?)null, (ReplicaState?)null)));
    }

    [Test]
    public async Task Machine_that_joins_takes_its_share_and_the_others_let_go_of_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);
        var stored = await cluster[0].StoreManyAsync(40);
        var newcomer = cluster.AddMachine("memory://newcomer");
        await newcomer.StartAsync();

        await cluster.ReconcileAsync();

        Assert.That(newcomer.Store.Usage.Replicas, Is.GreaterThan(10));
        foreach (var file in stored)
        {
            Assert.That(cluster.HoldersOf(file), Is.EquivalentTo(cluster.PreferenceOf(file).Take(3)), "on its owners, and nowhere else");
        }
        AssertAlike(cluster);
    }

    [Test]
    public async Task Of_two_versions_the_smaller_is_everywhere_and_the_larger_set_aside()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var (smaller, larger) = TestReplica.Pair(300);
        var id = FileId.New();
        await cluster[0].PlantAsync(id, larger);
        await cluster[1].PlantAsync(id, smaller);

        await cluster.ReconcileAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Store.Find(id)?.Version), Is.All.EqualTo(smaller.Record.Version));
        Assert.That(cluster[0].Store.ListSetAside().Single().Version, Is.EqualTo(larger.Record.Version));
        Assert.That(await cluster[2].ReadAsync(id), Is.EqualTo(smaller.Content));
    }

    [Test]
    public async Task Clash_that_was_settled_is_told_no_more_also_by_who_only_met_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var (smaller, larger) = TestReplica.Pair(300);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order[0].PlantAsync(id, larger);
        await order[1].PlantAsync(id, smaller);
        await order[3].ListAsync();
        await order[0].Running.Reconciler.PassAsync(CancellationToken.None);
        var told = (order[0].Cluster.Status.Problems, order[3].Cluster.Status.Problems);

        await cluster.ReconcileAsync();

        Assert.That(told.Item1, Has.Some.Contains("two versions"));
        Assert.That(told.Item2, Has.Some.Contains("two versions"));
        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
    }

    [Test]
    public async Task Partition_of_which_its_first_owner_holds_nothing_is_counted_by_the_next()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        order[0].Store.IsFull = true;
        await order[1].PlantAsync(id, TestReplica.Of(500));

        var pass = await order[1].Running.Reconciler.PassAsync(CancellationToken.None);

        Assert.That(pass!.PartitionsByCopies, Is.EqualTo(new[] { 0L, 1, 0, 0 }));
        Assert.That(pass.ReplicasByCopies, Is.EqualTo(new[] { 0L, 1, 0, 0 }));
    }

    [Test]
    public async Task Nothing_is_let_go_of_while_an_owner_does_not_confirm()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order.PlantAsync(id, TestReplica.Of(100_000));
        var stray = order[3];
        order[1].Damage(id, 0);
        order[2].TakeDown();
        await stray.ReconcileAsync();
        Assert.That(stray.StateOf(id), Is.EqualTo(ReplicaState.Present), "one owner is silent, one has only now found its copy damaged");
        Assert.That(order[1].StateOf(id), Is.EqualTo(ReplicaState.Present), "and got another");

        order[2].BringUp();
        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(order.Take(3)));
    }

    [Test]
    public async Task What_was_written_just_now_is_left_alone()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == LightDfs.Peers.Operation.Store && exchange.Request.Head.Length > 0 && exchange.To == cluster[2].Address
            ? throw exchange.Lost("the request")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);
        var stored = await cluster[0].StoreAsync(Content);
        cluster.Network.Interceptor = null;

        var early = await cluster[0].Running.Reconciler.PassAsync(CancellationToken.None);
        var stateEarly = cluster[2].StateOf(stored.Id);
        await cluster.ReconcileAsync();

        Assert.That((early!.Done, stateEarly), Is.EqualTo((0L, (ReplicaState?)null)));
        Assert.That(cluster[2].StateOf(stored.Id), Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Pass_that_is_under_way_is_told_by_the_status_beside_the_last_one()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].StoreAsync(Content);
        await cluster[0].ReconcileAsync();
        var before = cluster[0].Cluster.Status.Repair;
        RepairStatus? meanwhile = null;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            meanwhile ??= cluster[0].Cluster.Status.Repair;
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await cluster[0].ReconcileAsync();

        var after = cluster[0].Cluster.Status.Repair;
        Assert.That((before.RunningSince, after.RunningSince), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null)));
        Assert.That((meanwhile!.RunningSince, meanwhile.LastPass), Is.EqualTo((after.LastPass, before.LastPass)));
    }

    [Test]
    public async Task Cluster_at_rest_compares_all_with_one_small_question_to_each()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        for (var seed = 0; seed < 50; seed++)
        {
            await cluster[0].StoreAsync(ClusterSteps.Bytes(100, seed));
        }
        await cluster.ReconcileAsync();
        var (questions, bytes) = (0, 0L);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            Interlocked.Increment(ref questions);
            Interlocked.Add(ref bytes, exchange.Request.Head.Length + exchange.Request.Proof.Length + exchange.Request.BodyLength + reply.Head.Length + reply.Proof.Length + reply.BodyLength);
            return reply;
        };

        var pass = await cluster[0].Running.Reconciler.PassAsync(CancellationToken.None);

        Assert.That((pass!.IsIdle, questions), Is.EqualTo((true, 2)));
        Assert.That(bytes / 2, Is.LessThan(600), "bytes for each pair");
    }

    /// <summary>All owners of each partition hold the same of it, and nobody else anything.</summary>
    internal static void AssertAlike(LightDfsTestCluster cluster)
    {
        var ring = cluster[0].Running.Membership.View.Ring;
        foreach (var partition in cluster.Machines.SelectMany(machine => machine.Store.ListPartitions()).Select(held => held.Partition).Distinct())
        {
            var owners = ring.OwnersOf(partition).ToArray().Select(owner => ring.Members[owner].Id).ToList();
            Assert.That(cluster.Machines.Where(machine => owners.Contains(machine.Id)).Select(machine => machine.Store.DigestOf(partition)).Distinct().Count(), Is.EqualTo(1));
            Assert.That(cluster.Machines.Where(machine => !owners.Contains(machine.Id)).SelectMany(machine => machine.Store.ListPartition(partition)), Is.Empty);
        }
    }
}
