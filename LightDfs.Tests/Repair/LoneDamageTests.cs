using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>A smaller version of which one damaged copy is all that is left makes room for a larger one that is whole; and for nothing less than that.</summary>
public sealed class LoneDamageTests
{
    private static readonly (TestReplica Smaller, TestReplica Larger) Pair = TestReplica.Pair(100_000);

    [Test]
    public async Task Whole_larger_version_is_everywhere_and_the_damaged_smaller_one_aside()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await PlantDamagedAsync(cluster[0], id);
        await cluster[1].PlantAsync(id, Pair.Larger);

        await cluster.ReconcileAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Store.Find(id)), Is.All.Matches<ReplicaStamp?>(held => held is { State: ReplicaState.Present } && held.Value.Version == Pair.Larger.Record.Version));
        Assert.That(cluster[0].Cluster.SetAside.Select(aside => (aside.Version, aside.Reason)), Is.EqualTo(new[] { (Pair.Smaller.Record.Version, SetAsideReason.Clash) }));
        Assert.That(await cluster[0].ReadAsync(id), Is.EqualTo(Pair.Larger.Content));
        ReconcileTests.AssertAlike(cluster);
    }

    [Test]
    public async Task On_a_machine_that_owns_it_no_more_it_is_set_aside_too()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await PlantDamagedAsync(order[3], id);
        await order[1].PlantAsync(id, Pair.Larger);

        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(order.Take(3)));
        Assert.That((order[3].StateOf(id), order[3].Cluster.SetAside.Single().Version), Is.EqualTo(((ReplicaState?)null, Pair.Smaller.Record.Version)));
    }

    [Test]
    public async Task While_anybody_is_silent_nothing_of_it_is_touched([Values] bool isOwner)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await PlantDamagedAsync(order[0], id);
        await order[1].PlantAsync(id, Pair.Larger);
        var silent = order[isOwner ? 2 : 3];
        silent.TakeDown();

        await cluster.ReconcileAsync();
        var meanwhile = (order[0].StateOf(id), order[0].Cluster.SetAside.Count);
        silent.BringUp();
        await cluster.ReconcileAsync();

        Assert.That(meanwhile, Is.EqualTo(((ReplicaState?)ReplicaState.Damaged, 0)), "it may have the smaller one whole");
        Assert.That(order[0].Cluster.SetAside, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_copy_of_it_anywhere_keeps_it([Values] bool isWhole)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await PlantDamagedAsync(order[0], id);
        await order[1].PlantAsync(id, Pair.Larger);
        await order[3].PlantAsync(id, Pair.Smaller);
        if (!isWhole)
        {
            order[3].Damage(id, 80_000);
            await order[3].Store.VerifyAsync(id);
        }

        await order[0].ReconcileAsync();
        var early = (order[0].Store.Find(id)?.Version, order[0].Cluster.SetAside.Count);
        await cluster.ReconcileAsync();

        Assert.That(early, Is.EqualTo(((UInt128?)Pair.Smaller.Record.Version, 0)));
        Assert.That(await order[0].ReadAsync(id), Is.EqualTo(Pair.Smaller.Content), "of two damaged copies each page is good in one");
        Assert.That(cluster.HoldersOf(id).Count(machine => machine.Store.Find(id)?.Version == Pair.Smaller.Record.Version), Is.EqualTo(isWhole ? 3 : 0));
    }

    [Test]
    public async Task Larger_version_that_is_found_damaged_when_it_is_read_keeps_nobody_from_the_smaller()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await PlantDamagedAsync(cluster[0], id);
        await cluster[1].PlantAsync(id, Pair.Larger);
        cluster[1].Damage(id);

        await cluster.ReconcileAsync();

        Assert.That((cluster[0].StateOf(id), cluster[0].Cluster.SetAside.Count), Is.EqualTo(((ReplicaState?)ReplicaState.Damaged, 0)));
    }

    private static async Task PlantDamagedAsync(TestMachine machine, FileId id)
    {
        await machine.PlantAsync(id, Pair.Smaller);
        machine.Damage(id);
        await machine.Store.VerifyAsync(id);
    }
}
