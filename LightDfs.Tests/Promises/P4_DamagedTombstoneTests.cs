using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P4: deleted stays deleted where the power failed on one machine and its tombstone was damaged before the next start: there the file counts again (docs/decisions/0009) until the others have their say.</summary>
public sealed class P4_DamagedTombstoneTests
{
    private const string Root = "/data";

    [Test]
    public async Task Delete_that_one_disk_has_lost_is_brought_back_by_reconciling([Values(0, 5, 20, 60, 85)] int flipped)
    {
        SimulatedDisk[] disks = [new(), new(), new()];
        var stores = new FileReplicaStore[disks.Length];
        await using var cluster = LightDfsTestCluster.Create(3, options => options.MakeStore = index => stores[index] = new FileReplicaStore(disks[index], Root, 0, null, NullLogger.Instance, PackingSettings.Default));
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster[0].Files.DeleteAsync(stored.Id);
        await cluster.SettleAsync();

        disks[1] = disks[1].AfterLoss();
        await cluster[1].KillAsync();
        var (path, placed, _) = VolumeFiles.EntriesOn(disks[1], Root).Single(entry => entry.Placed.Entry.Kind == VolumeEntryKind.Tombstone);
        disks[1].Flip(path, placed.Offset + flipped);
        await cluster[1].StartAsync();

        Assert.That(stores[1].Find(stored.Id)?.State, Is.EqualTo(ReplicaState.Present), "it does not know");
        await cluster[1].Running.Discovery.RoundAsync(CancellationToken.None);
        Assert.That(await cluster[1].ReadAsync(stored.Id), Is.Null, "and does not serve it all the same");
        await cluster.ReconcileAsync();

        foreach (var machine in cluster.Machines)
        {
            Assert.That(stores[machine.Index].Find(stored.Id)?.State, Is.EqualTo(ReplicaState.Deleted));
            Assert.That(await machine.ReadAsync(stored.Id), Is.Null);
        }
    }
}
