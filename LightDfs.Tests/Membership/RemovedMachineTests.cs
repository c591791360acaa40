using LightDfs.Membership;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>A removed machine is in no ring, takes nothing, still answers reads, and stays removed until a command says otherwise.</summary>
public sealed class RemovedMachineTests
{
    [Test]
    public async Task Removed_machine_is_in_no_ring_and_the_others_go_on()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));

        await WantAsync(cluster[0], cluster[2].Id, WantedState.Removed);
        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines)
        {
            Assert.That(machine.Cluster.Status.Members, Is.EqualTo(2));
            Assert.That(machine.Running.Membership.View.Ring.Members.ToArray().Select(member => member.Id), Has.None.EqualTo(cluster[2].Id));
        }
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(2));
        Assert.That((await cluster[2].Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task Removed_machine_refuses_stores_of_peers_that_do_not_know_yet()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await WantAsync(cluster[2], cluster[2].Id, WantedState.Removed);

        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));

        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(cluster[2].Store.Find(stored.Id), Is.Null);
    }

    [Test]
    public async Task Removed_machine_answers_reads_of_peers()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2);
        await cluster[0].StopAsync();
        await cluster[1].MeetPeersAsync();
        var stored = await cluster[1].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        await cluster[0].StartAsync();
        await cluster.SettleAsync();
        await WantAsync(cluster[1], cluster[1].Id, WantedState.Removed);

        await using var opened = await cluster[0].Files.OpenAsync(stored.Id);

        Assert.That(opened!.Content.Length, Is.EqualTo(3));
    }

    [Test]
    public async Task Removed_machine_that_was_away_returns_removed_and_restarts_removed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = cluster[2].Id;
        await cluster[2].StopAsync();
        await WantAsync(cluster[0], id, WantedState.Removed);
        await cluster.SettleAsync();

        for (var start = 0; start < 2; start++)
        {
            await cluster[2].StartAsync();
            await cluster.SettleAsync();
            Assert.That(cluster.Machines.Select(machine => machine.Running.Membership.View.Map.Entries[id].Wanted.Value), Is.All.EqualTo(WantedState.Removed));
            await cluster[2].StopAsync();
        }
    }

    [Test]
    public async Task Command_brings_a_removed_machine_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await WantAsync(cluster[0], cluster[2].Id, WantedState.Removed);
        await cluster.SettleAsync();

        await WantAsync(cluster[1], cluster[2].Id, WantedState.Active);
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
    }

    private static async Task WantAsync(TestMachine teller, MachineId machine, WantedState wanted) =>
        await teller.Running.Membership.ChangeAsync(map => map.WithWanted(machine, wanted), CancellationToken.None);
}
