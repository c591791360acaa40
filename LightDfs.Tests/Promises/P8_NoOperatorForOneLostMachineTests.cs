using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P8: one lost machine needs no operator. Here: reads, stores and deletes go on, whichever machine it is.</summary>
public sealed class P8_NoOperatorForOneLostMachineTests
{
    [Test]
    public async Task Everything_goes_on_when_any_one_machine_is_lost([Values(0, 1, 2)] int lost, [Values] bool isNoticed)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var contents = new Dictionary<FileId, byte[]>();
        for (var file = 0; file < 20; file++)
        {
            var content = ClusterSteps.Bytes(1000, file);
            contents.Add((await cluster[file % 3].StoreAsync(content)).Id, content);
        }

        await cluster[lost].StopAsync();
        if (isNoticed)
        {
            await cluster.SettleAsync();
        }

        foreach (var machine in cluster.Machines.Where(machine => machine.IsRunning))
        {
            foreach (var (id, content) in contents)
            {
                Assert.That(await machine.ReadAsync(id), Is.EqualTo(content));
            }
            var stored = await machine.StoreAsync(ClusterSteps.Bytes(5000));
            Assert.That(stored.Copies, Is.EqualTo(2));
            Assert.That(await machine.Files.DeleteAsync(stored.Id), Is.True);
            Assert.That(await machine.ListAsync(new ListOptions { AllowPartial = true }), Has.Count.EqualTo(contents.Count));
        }
    }
}
