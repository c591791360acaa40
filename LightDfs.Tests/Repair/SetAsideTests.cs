using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>What is set aside counts for nothing until it is restored.</summary>
public sealed class SetAsideTests
{
    private static readonly TestReplica Replica = TestReplica.Of(70_000);

    [Test]
    public async Task Set_aside_replica_is_neither_served_nor_a_no()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await SetAsideAsync(cluster[2]);

        Assert.That(cluster[2].Cluster.SetAside.Single().Id, Is.EqualTo(id));
        await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.FindAsync(id));
        await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[2].Files.FindAsync(id));
    }

    [Test]
    public async Task Restored_replica_is_back_on_its_owners()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await SetAsideAsync(cluster[2]);

        var isRestored = await cluster[2].Cluster.RestoreAsync(id, Replica.Record.Version);
        var again = await cluster[2].Cluster.RestoreAsync(id, Replica.Record.Version);

        Assert.That((isRestored, again, cluster[2].Cluster.SetAside.Count), Is.EqualTo((true, false, 0)));
        Assert.That(cluster.HoldersOf(id), Has.Count.EqualTo(3));
        Assert.That(await cluster[1].ReadAsync(id), Is.EqualTo(Replica.Content));
    }

    [Test]
    public async Task What_was_deleted_meanwhile_is_not_restored()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await SetAsideAsync(cluster[2]);
        await cluster[0].Files.DeleteAsync(id);

        await Assert.ThrowsAsync<FileDeletedException>(() => cluster[2].Cluster.RestoreAsync(id, Replica.Record.Version));

        Assert.That(cluster[2].Cluster.SetAside, Has.Count.EqualTo(1), "it stays");
    }

    [Test]
    public async Task What_too_few_owners_take_stays_set_aside()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await SetAsideAsync(cluster[2]);
        cluster[0].TakeDown();
        cluster[1].TakeDown();

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[2].Cluster.RestoreAsync(id, Replica.Record.Version));

        Assert.That(failure!.Failures.Select(one => one.Machine), Is.EquivalentTo(new MachineId?[] { cluster[0].Cluster.Status.Self, cluster[1].Cluster.Status.Self }));
        Assert.That(cluster[2].Cluster.SetAside, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Discarded_replica_is_gone()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await SetAsideAsync(cluster[2]);

        Assert.That(await cluster[2].Cluster.DiscardAsync(id, Replica.Record.Version), Is.True);

        Assert.That(cluster[2].Cluster.SetAside, Is.Empty);
        Assert.That(await cluster[0].Files.FindAsync(id), Is.Null);
    }

    [Test]
    public async Task Knob_takes_its_speeds_and_nothing_else()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(1);

        Assert.That(cluster[0].Cluster.RepairSpeed, Is.EqualTo(RepairSpeed.Normal));
        cluster[0].Cluster.RepairSpeed = RepairSpeed.Gentle;
        Assert.That(cluster[0].Cluster.RepairSpeed, Is.EqualTo(RepairSpeed.Gentle));
        Assert.That(() => cluster[0].Cluster.RepairSpeed = 0, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static async Task<FileId> SetAsideAsync(TestMachine machine)
    {
        var id = FileId.New();
        await machine.PlantAsync(id, Replica);
        await machine.Store.SetAsideAsync(machine.Store.Find(id)!.Value, SetAsideReason.Unknown, () => true);
        return id;
    }
}
