using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>A drain tells how far it is, ends when it is done and not before, and loses nothing on the way. (What is held where at its end: HandoverTests.)</summary>
public sealed class DrainTests
{
    [Test]
    public async Task Every_machine_is_told_how_much_is_left_until_nothing_is()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await StoreAsync(cluster, 24);
        var drained = cluster[3];
        var held = drained.Store.Usage.Replicas;
        var silent = cluster[2];

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.SettleAsync();
        silent.TakeDown();
        await cluster.ReconcileAsync();
        var early = await ToldAsync(cluster[0], drained);
        var heldEarly = drained.Store.Usage.Replicas;
        silent.BringUp();
        await cluster.ReconcileAsync();
        var late = await ToldAsync(cluster[0], drained);

        Assert.That(held, Is.Positive);
        Assert.That((early, heldEarly), Is.EqualTo(((long?)held, held)), "one owner confirms nothing, so nothing is let go of, and it says so");
        Assert.That((late, drained.Store.Usage.Replicas), Is.EqualTo(((long?)0, 0L)));
        Assert.That(stored.Keys.Select(id => cluster.HoldersOf(id).Count), Is.All.EqualTo(3));
    }

    [Test]
    public async Task Every_file_is_read_from_every_machine_before_in_the_middle_and_after()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await StoreAsync(cluster, 12);
        var drained = cluster[3];
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.SettleAsync();
        await AssertReadAsync(cluster, stored);

        await drained.ReconcileAsync();
        await AssertReadAsync(cluster, stored);
        await cluster.ReconcileAsync();
        await drained.StopAsync();
        await cluster.SettleAsync();

        await AssertReadAsync(cluster, stored);
    }

    [Test]
    public async Task Drain_that_is_cancelled_gives_the_machine_its_share_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await StoreAsync(cluster, 24);
        var drained = cluster[3];
        var held = stored.Keys.Where(id => drained.StateOf(id) == ReplicaState.Present).ToList();
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.ReconcileAsync();
        Assert.That(drained.Store.Usage.Replicas, Is.Zero);

        await cluster[1].Cluster.ApplyAsync(MembershipChange.CancelDrain(drained.Id));
        await cluster.ReconcileAsync();

        Assert.That(stored.Keys.Where(id => drained.StateOf(id) == ReplicaState.Present), Is.EquivalentTo(held));
        ReconcileTests.AssertAlike(cluster);
    }

    private static async Task<Dictionary<FileId, byte[]>> StoreAsync(LightDfsTestCluster cluster, int count)
    {
        var stored = new Dictionary<FileId, byte[]>();
        for (var seed = 0; seed < count; seed++)
        {
            var content = ClusterSteps.Bytes(1000, seed);
            stored.Add((await cluster[0].StoreAsync(content)).Id, content);
        }
        return stored;
    }

    private static async Task<long?> ToldAsync(TestMachine asked, TestMachine of)
    {
        await asked.MeetPeersAsync();
        return asked.Cluster.Status.Machines.Single(machine => machine.Id == of.Id).Strays;
    }

    private static async Task AssertReadAsync(LightDfsTestCluster cluster, Dictionary<FileId, byte[]> stored)
    {
        foreach (var machine in cluster.Machines.Where(machine => machine.IsRunning))
        {
            foreach (var (id, content) in stored)
            {
                Assert.That(await machine.ReadAsync(id), Is.EqualTo(content));
            }
        }
    }
}
