using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P9: any machine takes any request; there is no master.</summary>
public sealed class P9_EqualMachinesTests
{
    [Test]
    public async Task What_one_machine_stores_any_other_reads_lists_and_deletes()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        foreach (var storing in cluster.Machines)
        {
            foreach (var reading in cluster.Machines)
            {
                var content = ClusterSteps.Bytes(1000, (storing.Index * 4) + reading.Index);
                var stored = await storing.StoreAsync(content);

                Assert.That(await reading.ReadAsync(stored.Id), Is.EqualTo(content));
                Assert.That((await reading.Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
                Assert.That((await reading.ListAsync()).Single().Id, Is.EqualTo(stored.Id));
                Assert.That(await reading.Files.DeleteAsync(stored.Id), Is.True);
                Assert.That(await storing.ReadAsync(stored.Id), Is.Null);
            }
        }
    }

    [Test]
    public async Task Machines_started_in_any_order_become_the_same_cluster([Values("012", "210", "120")] string order)
    {
        await using var cluster = LightDfsTestCluster.Create(3);
        foreach (var digit in order)
        {
            await cluster[digit - '0'].StartAsync();
            await cluster.SettleAsync();
        }

        var stored = await cluster[order[0] - '0'].StoreAsync([1]);

        Assert.That(stored.Copies, Is.EqualTo(3));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId).Distinct().Count(), Is.EqualTo(1));
    }
}
