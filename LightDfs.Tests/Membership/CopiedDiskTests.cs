using LightDfs.Files;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>A data directory that was copied to another machine: an id is never shared by two live machines.</summary>
public sealed class CopiedDiskTests
{
    [Test]
    public async Task Copy_that_is_started_while_the_original_is_up_stays_out_and_everybody_reports_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var copy = CopyOf(cluster, cluster[2]);

        await copy.StartAsync();
        await cluster.SettleAsync();

        Assert.That(copy.Cluster.Status.IsReady, Is.False);
        Assert.That(copy.Cluster.Status.NotReadyBecause, Does.Contain("not the machine that its id stands for").And.Contain("give it an empty data directory"));
        Assert.That(copy.Cluster.Status.Problems, Has.One.Contains("This one stays out"));
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
        Assert.That(cluster[2].Cluster.Status.Problems, Has.One.Contains("That one stays out"));
        foreach (var other in cluster.Machines.Take(2))
        {
            Assert.That(other.Cluster.Status.Problems, Has.One.Contains($"Two machines run with the id '{cluster[2].Id}'").And.One.Contains("give it an empty data directory"));
            Assert.That(other.Running.Directory.Of(cluster[2].Id).View, Has.Property("Address").EqualTo(cluster[2].Address).And.Property("State").EqualTo(MachineState.Up));
        }
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([1]))).Copies, Is.EqualTo(3));
        await Assert.ThrowsAsync<InsufficientReplicasException>(() => copy.Files.StoreAsync(new MemoryStream([1])));
    }

    [Test]
    public async Task Copy_that_cannot_reach_the_original_hears_from_the_others_that_it_is_one()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var copy = CopyOf(cluster, cluster[2]);
        cluster.Network.Cut(copy.Address, cluster[2].Address);

        await copy.StartAsync();
        await cluster.SettleAsync();

        Assert.That(copy.Cluster.Status.NotReadyBecause, Does.Contain("says that the cluster knows start 1"));
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
    }

    [Test]
    public async Task Copy_takes_the_place_of_an_original_that_is_down_and_the_original_is_refused_when_it_returns()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        var original = cluster[2];
        var id = original.Id;
        await original.StopAsync();
        await cluster.SettleAsync();
        var copy = CopyOf(cluster, original);
        await copy.StartAsync();
        await cluster.SettleAsync();
        Assert.That((copy.Id, copy.Cluster.Status.IsReady), Is.EqualTo((id, true)));
        Assert.That(cluster[0].Running.Directory.Of(id).View.Address, Is.EqualTo(copy.Address));

        await original.StartAsync();
        await cluster.SettleAsync();

        Assert.That(original.Cluster.Status.IsReady, Is.False);
        Assert.That(original.Cluster.Status.NotReadyBecause, Does.Contain("not the machine that its id stands for"));
        Assert.That(copy.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster[0].Running.Directory.Of(id).View.Address, Is.EqualTo(copy.Address));
        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Contains($"Two machines run with the id '{id}'"));
        Assert.That((await cluster[0].Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task Original_that_is_restarted_again_and_again_stays_out_while_the_copy_answers()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var original = cluster[2];
        await original.StopAsync();
        await cluster.SettleAsync();
        var copy = CopyOf(cluster, original);
        await copy.StartAsync();
        await cluster.SettleAsync();

        for (var start = 0; start < 3; start++)
        {
            await original.StartAsync();
            await cluster.SettleAsync();
            Assert.That((original.Cluster.Status.IsReady, copy.Cluster.Status.IsReady), Is.EqualTo((false, true)));
            await original.StopAsync();
        }
    }

    [Test]
    public async Task Copy_that_stayed_out_serves_once_the_original_is_gone()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var copy = CopyOf(cluster, cluster[2]);
        await copy.StartAsync();
        await cluster.SettleAsync();

        await cluster[2].StopAsync();
        await cluster.SettleAsync();

        Assert.That(copy.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster[0].Running.Directory.Of(copy.Id).View.Address, Is.EqualTo(copy.Address));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task After_a_healed_partition_the_lower_start_and_incarnation_stays_out(bool equalStarts)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var original = cluster[2];
        var copy = CopyOf(cluster, original);
        foreach (var one in new[] { cluster[0], original })
        {
            foreach (var other in new[] { cluster[1], copy })
            {
                cluster.Network.Cut(one.Address, other.Address);
                cluster.Network.Cut(other.Address, one.Address);
            }
        }
        if (equalStarts)
        {
            await original.StopAsync();
            await original.StartAsync();
        }
        await cluster.SettleAsync();
        await copy.StartAsync();
        await cluster.SettleAsync();
        Assert.That((original.Cluster.Status.IsReady, copy.Cluster.Status.IsReady), Is.EqualTo((true, true)), "each side knows one");

        cluster.Network.MendAll();
        await cluster.SettleAsync();

        var (winner, loser) = original.Running.Self.Run.CompareTo(copy.Running.Self.Run) > 0 ? (original, copy) : (copy, original);
        Assert.That((winner.Cluster.Status.IsReady, loser.Cluster.Status.IsReady), Is.EqualTo((true, false)));
        Assert.That(winner.Cluster.Status.Problems, Has.One.Contains("That one stays out"));
        Assert.That(loser.Cluster.Status.Problems, Has.One.Contains("This one stays out"));
        Assert.That(cluster.Machines.Take(2).Select(machine => machine.Running.Directory.Of(winner.Id).View.Address), Is.All.EqualTo(winner.Address));
    }

    [Test]
    public async Task Old_copy_of_a_disk_is_refused_though_the_machine_is_down()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var backup = CopyOf(cluster, cluster[2]);
        for (var restart = 0; restart < 3; restart++)
        {
            await cluster[2].StopAsync();
            await cluster[2].StartAsync();
            await cluster.SettleAsync();
        }
        await cluster[2].StopAsync();

        await backup.StartAsync();
        await cluster.SettleAsync();

        Assert.That(backup.Cluster.Status.NotReadyBecause, Does.Contain("start 4").And.Contain("an old one"));
    }

    [Test]
    public async Task Restart_of_a_machine_is_no_copy()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();

        for (var restart = 0; restart < 3; restart++)
        {
            foreach (var machine in cluster.Machines)
            {
                await machine.StopAsync();
                await machine.StartAsync();
            }
            await cluster.SettleAsync();
        }

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.IsReady), Is.All.True);
        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
    }

    private static TestMachine CopyOf(LightDfsTestCluster cluster, TestMachine original)
    {
        var copy = cluster.AddMachine("memory://copy");
        copy.CopyDiskOf(original);
        copy.KnowsItsAddress = true;
        return copy;
    }
}
