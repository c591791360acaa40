using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Time;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P8: nobody has to run a command for one lost machine.</summary>
public sealed class P8_FullCopiesAgainTests
{
    private readonly SimulatedTime _time = new();

    [Test]
    public async Task One_of_four_lost_for_good_has_its_copies_elsewhere_after_the_grace_time()
    {
        await using var cluster = await StartAsync(4);
        var stored = await cluster[0].StoreManyAsync(30);
        var lost = cluster[3];
        var (id, held) = (lost.Id, stored.Where(file => lost.StateOf(file) == ReplicaState.Present).ToList());
        await lost.KillAsync();

        await PassAsync(cluster, TimeSpan.FromMinutes(4));
        var early = cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).IsOut;
        await PassAsync(cluster, TimeSpan.FromMinutes(3));
        await cluster.ReconcileAsync();

        Assert.That(held, Is.Not.Empty);
        Assert.That((early, cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).IsOut), Is.EqualTo((false, true)));
        Assert.That(stored.Select(file => cluster.HoldersOf(file).Count), Is.All.EqualTo(3));
        Assert.That(cluster.Machines.Take(3).Select(machine => machine.Cluster.Status.Repair.Missing), Is.All.Zero);

        await lost.StartAsync();
        await PassAsync(cluster, TimeSpan.FromMinutes(1));
        await cluster.ReconcileAsync();

        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).IsOut, Is.False, "back, it takes its place again");
        foreach (var file in stored)
        {
            Assert.That(cluster.HoldersOf(file), Is.EquivalentTo(cluster.PreferenceOf(file).Take(3)));
        }
    }

    [Test]
    public async Task One_of_three_lost_leaves_two_copies_and_a_newcomer_brings_the_third()
    {
        await using var cluster = await StartAsync(3);
        var stored = await cluster[0].StoreManyAsync(20);
        var lost = cluster[2];
        var id = lost.Id;
        await lost.KillAsync();
        await PassAsync(cluster, TimeSpan.FromMinutes(7));
        await cluster.ReconcileAsync();
        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).IsOut, Is.False, "no copy could be restored by that");
        Assert.That(cluster[0].Cluster.Status.Repair.PartitionsByCopies[3] + cluster[1].Cluster.Status.Repair.PartitionsByCopies[3], Is.Zero, "and it is said");
        Assert.That(cluster[0].Cluster.Status.Repair.PartitionsByCopies[2] + cluster[1].Cluster.Status.Repair.PartitionsByCopies[2], Is.Positive);

        var newcomer = cluster.AddMachine("memory://newcomer");
        await newcomer.StartAsync();
        await PassAsync(cluster, TimeSpan.FromMinutes(7));
        await cluster.ReconcileAsync();

        Assert.That(stored.Select(file => cluster.HoldersOf(file).Count), Is.All.EqualTo(3));
    }

    private Task<LightDfsTestCluster> StartAsync(int machines) => LightDfsTestCluster.StartAsync(machines, options =>
    {
        options.Time = _ => _time;
        options.ConfigureMachine = (_, machine) => machine.ReplaceAfter = TimeSpan.FromMinutes(5);
    });

    /// <summary>Lets time pass in steps in which the machines hear of each other, as they do every second.</summary>
    private async Task PassAsync(LightDfsTestCluster cluster, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            await _time.AdvanceAsync(TimeSpan.FromSeconds(5));
            foreach (var machine in cluster.Machines.Where(machine => machine.IsRunning))
            {
                await machine.MeetPeersAsync();
            }
        }
    }
}
