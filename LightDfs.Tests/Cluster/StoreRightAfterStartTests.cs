using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class StoreRightAfterStartTests
{
    [Test]
    public async Task Store_waits_until_machines_that_start_together_agree_on_their_cluster()
    {
        await using var cluster = LightDfsTestCluster.Create(3);
        cluster.Cut(0, 1);
        cluster.Cut(0, 2);
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        foreach (var machine in cluster.Machines)
        {
            // Asked everybody once, and the first one has met nobody.
            await machine.MeetPeersAsync();
        }

        var storing = cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        cluster.Network.MendAll();
        await cluster.SettleAsync();
        var stored = await storing.WaitAsync(ClusterSteps.Guard);

        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.EqualTo(ClusterSteps.Bytes(1000)));
    }
}
