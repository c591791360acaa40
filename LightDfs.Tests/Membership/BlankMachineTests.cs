using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>A machine whose data directory is empty though the cluster remembers a machine at its address: lost, or not mounted.</summary>
public sealed class BlankMachineTests
{
    [Test]
    public async Task Machine_that_lost_its_disk_gets_no_new_id_and_everybody_names_the_remedies()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var lost = cluster[2].Id;
        await cluster[2].StopAsync();
        cluster[2].LoseDisk();

        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(await cluster[2].Identity.LoadAsync(), Is.Null);
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.False);
        Assert.That(cluster[2].Cluster.Status.NotReadyBecause, Does.Contain("Mount that machine's data directory"));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(machine.Cluster.Status.Problems, Has.One.EqualTo(
                $"The machine at '{cluster[2].Address}' has an empty data directory, but the cluster remembers machine '{lost}' there. "
                + "Mount that machine's data directory; or replace it by the empty one; or start the empty one at another listed address."));
        }
    }

    [Test]
    public async Task Machine_that_gets_its_disk_back_is_itself_again_and_the_problem_ends()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = cluster[2].Id;
        await cluster[2].StopAsync();
        var disk = cluster.AddMachine("memory://shelf");
        disk.CopyDiskOf(cluster[2]);
        cluster[2].LoseDisk();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        await cluster[2].StopAsync();

        cluster[2].CopyDiskOf(disk);
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster[2].Id, Is.EqualTo(id));
        Assert.That(cluster.Machines.Take(3).Select(machine => machine.Cluster.Status.IsReady), Is.All.True);
        Assert.That(cluster.Machines.Take(3).SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
    }

    [Test]
    public async Task Blank_machine_at_an_address_whose_machine_is_up_elsewhere_gets_an_id()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var address = cluster[2].Address;
        await cluster[2].StopAsync();
        cluster[2].MoveTo("memory://moved");
        cluster[2].KnowsItsAddress = true;
        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        var blank = cluster.AddMachine(address);

        await blank.StartAsync();
        await cluster.SettleAsync();

        Assert.That(blank.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(4));
    }

    [Test]
    public async Task Others_go_on_without_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].LoseDisk();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));

        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(await cluster[1].Files.FindAsync(stored.Id), Is.Not.Null);
    }
}
