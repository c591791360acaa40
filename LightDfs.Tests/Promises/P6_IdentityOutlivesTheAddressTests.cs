using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P6: a machine keeps its id through restarts; an id is never silently remade or shared by two live machines.</summary>
public sealed class P6_IdentityOutlivesTheAddressTests
{
    [Test]
    public async Task Restarted_machines_are_the_same_machines_with_the_same_ring()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var (ids, ring) = (cluster.Machines.Select(machine => machine.Id).ToList(), cluster[0].Cluster.Status.RingFingerprint);
        var stored = await cluster[0].StoreAsync([1, 2, 3]);

        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        foreach (var machine in cluster.Machines.Reverse())
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Id), Is.EqualTo(ids));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.RingFingerprint), Is.All.EqualTo(ring));
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Machine_without_its_data_gets_no_new_id_in_its_old_place()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].StoreAsync([1]);
        await cluster[2].StopAsync();
        await cluster.SettleAsync();
        var blank = LightDfsTestCluster.Create(3);

        // The same address, with disks that are empty: as when its data is not mounted.
        await using (blank)
        {
            await blank[2].StartAsync();
            cluster.Network.Attach(cluster[2].Address, blank[2].Running.PeerHandler);
            await cluster.SettleAsync();
        }

        Assert.That(blank[2].IsRunning, Is.False);
        Assert.That(cluster[0].Cluster.Status.Machines, Has.Count.EqualTo(3));
        Assert.That(cluster[0].Cluster.Status.Problems, Has.Some.Contains(cluster[2].Address).And.Some.Contains("Mount"));
    }

    [Test]
    public async Task Id_file_that_is_gone_while_the_data_is_there_stops_the_start()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].StoreAsync([1]);
        await cluster[2].StopAsync();
        await using var machine = new LightDfsMachine(cluster.PartsOf(cluster[2]) with { Identity = new Testing.Identity.InMemoryMachineIdentityStore() });

        var refusal = await Assert.ThrowsAsync<LightDfsStartException>(() => machine.StartAsync(CancellationToken.None));

        Assert.That(refusal.Problems, Has.Count.EqualTo(1));
    }
}
