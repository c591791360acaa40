using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Which cluster a machine belongs to: drawn once, kept, and what happens when two clusters meet.</summary>
public sealed class ClusterIdTests
{
    [Test]
    public async Task Fewer_than_a_majority_found_no_cluster_and_say_why_they_do_not_serve()
    {
        await using var cluster = LightDfsTestCluster.Create(5);
        await cluster[0].StartAsync();
        await cluster[1].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster[0].Cluster.Status.ClusterId, Is.Null);
        Assert.That(cluster[0].Cluster.Status.NotReadyBecause, Does.Contain("fewer than half of the listed machines answer"));
        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        Assert.That(cluster.Machines.Take(3).Select(machine => (machine.Cluster.Status.IsReady, machine.Cluster.Status.ClusterId)).Distinct().Single(), Is.EqualTo((true, cluster[0].Cluster.Status.ClusterId)));
    }

    [Test]
    public async Task Of_two_empty_clusters_that_meet_the_smaller_id_stays()
    {
        await using var cluster = await TwoClustersAsync();
        var smaller = cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId).Min(StringComparer.Ordinal);

        await MeetAsync(cluster);

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId), Is.All.EqualTo(smaller));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Empty_cluster_adopts_the_id_of_one_that_holds_files(int holder)
    {
        await using var cluster = await TwoClustersAsync();
        var stored = await cluster[holder].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        var kept = cluster[holder].Cluster.Status.ClusterId;

        await MeetAsync(cluster);

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId), Is.All.EqualTo(kept));
        Assert.That(await cluster[1 - holder].Files.FindAsync(stored.Id), Is.Not.Null);
        await cluster[1 - holder].StopAsync();
        await cluster[1 - holder].StartAsync();
        Assert.That(cluster[1 - holder].Cluster.Status.ClusterId, Is.EqualTo(kept));
    }

    [Test]
    public async Task Two_clusters_that_both_hold_files_refuse_each_other_and_report_it()
    {
        await using var cluster = await TwoClustersAsync();
        var ids = cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId).ToList();
        var stored = new List<StoredFile>();
        foreach (var machine in cluster.Machines)
        {
            stored.Add(await machine.Files.StoreAsync(new MemoryStream([1, 2, 3])));
        }

        await MeetAsync(cluster);

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.ClusterId), Is.EqualTo(ids));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(machine.Cluster.Status.Problems, Has.One.Contains("both hold files. They refuse each other. Take it off the list of peers"));
            Assert.That(machine.Cluster.Status.Machines.Select(known => known.Id).Count(id => id is not null), Is.EqualTo(1), "neither takes the other in");
            Assert.That(await machine.Files.FindAsync(stored[machine.Index].Id), Is.Not.Null);
        }
    }

    [Test]
    public async Task New_machine_that_lists_two_clusters_joins_one_and_never_makes_one_of_both()
    {
        await using var cluster = await TwoClustersAsync();
        foreach (var machine in cluster.Machines)
        {
            await machine.Files.StoreAsync(new MemoryStream([1, 2, 3]));
        }
        var ids = cluster.Machines.Select(machine => machine.Id).ToList();
        var both = cluster.AddMachine("memory://both");

        await both.StartAsync();
        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines)
        {
            var known = machine.Cluster.Status.Machines.Select(other => other.Id).ToList();
            Assert.That(ids.Count(id => known.Contains(id)), Is.EqualTo(1), $"'{machine.Address}' knows machines of both clusters");
        }
        Assert.That(both.Cluster.Status.IsReady, Is.True);
        Assert.That(both.Cluster.Status.Problems, Has.One.Contains("belongs to another cluster").And.Contains("both hold files"));
    }

    [Test]
    public async Task Empty_machine_whose_fellow_may_hold_files_does_not_leave_it_for_another_cluster()
    {
        await using var cluster = LightDfsTestCluster.Create(3, options => options.ConfigureMachine = (_, machine) => machine.Replicas = 1);
        cluster[0].Peers = [cluster[0].Address];
        cluster[1].Peers = cluster[2].Peers = [cluster[1].Address, cluster[2].Address];
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        await cluster[0].Files.StoreAsync(new MemoryStream([1]));
        await cluster[1].Files.StoreAsync(new MemoryStream([2]));
        var (holder, empty) = cluster[1].Store.Usage.Replicas == 1 ? (cluster[1], cluster[2]) : (cluster[2], cluster[1]);
        var own = empty.Cluster.Status.ClusterId;
        await holder.StopAsync();
        await empty.StopAsync();
        empty.Peers = [.. cluster.Machines.Select(machine => machine.Address)];
        await empty.StartAsync();

        await cluster.SettleAsync();

        Assert.That(empty.Cluster.Status.ClusterId, Is.EqualTo(own));
        Assert.That(empty.Cluster.Status.Problems, Has.One.Contains("did not say so yet"));
        await holder.StartAsync();
        await cluster.SettleAsync();
        Assert.That(empty.Cluster.Status.ClusterId, Is.EqualTo(own));
        Assert.That(empty.Cluster.Status.Problems, Has.One.Contains("both hold files"));
    }

    [Test]
    public async Task Machine_stores_nothing_before_it_saw_a_majority_share_its_cluster()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.ConfigureMachine = (_, machine) => machine.StartTimeout = TimeSpan.Zero);
        await cluster[0].StopAsync();
        await cluster[1].StopAsync();
        await cluster[0].StartAsync();
        await cluster.SettleAsync();

        var thrown = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].Files.StoreAsync(new MemoryStream([1])));

        Assert.That(thrown!.Failures.Select(failure => failure.Reason), Has.Some.Contains("more than half of the machines share its cluster"));
        Assert.That(cluster[0].Store.Usage.Replicas, Is.Zero);
    }

    [Test]
    public async Task Store_and_delete_right_after_the_start_wait_until_the_machines_know_that_they_are_one_cluster()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        await cluster[0].StartAsync();
        await cluster.SettleAsync();
        var deleted = FileId.New();
        var storing = cluster[0].Files.StoreAsync(new MemoryStream([1]));
        var deleting = cluster[0].Files.DeleteAsync(deleted);

        await cluster[1].StartAsync();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That((await storing).Copies, Is.AtLeast(2));
        await deleting;
        Assert.That(cluster.Machines.Count(machine => machine.Store.Find(deleted)?.State == ReplicaState.Deleted), Is.AtLeast(2));
    }

    [Test]
    public async Task Machine_of_this_cluster_that_is_not_known_yet_is_refused_for_the_moment_only()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].Files.StoreAsync(new MemoryStream([1]));

        var refusal = cluster[0].Running.Self.StrangerBecause(cluster[1].Running.Self.Card with { Machine = new MachineId(1), HoldsData = true });

        Assert.That(refusal, Is.EqualTo(new Refusal("this machine does not know the sender", EndsSoon: true)));
    }

    [TestCase(false, false, true)]
    [TestCase(false, true, true)]
    [TestCase(true, false, true)]
    [TestCase(true, true, false)]
    public async Task Machines_of_two_clusters_refuse_each_other_for_good_only_when_both_hold_files(bool here, bool there, bool endsSoon)
    {
        await using var cluster = await TwoClustersAsync();
        foreach (var machine in cluster.Machines.Where(machine => machine.Index == 0 ? here : there))
        {
            await machine.Files.StoreAsync(new MemoryStream([1]));
        }

        var refusal = cluster[0].Running.Self.StrangerBecause(cluster[1].Running.Self.Card);

        Assert.That((refusal?.Why, refusal?.EndsSoon), Is.EqualTo(($"this machine belongs to cluster {cluster[0].Cluster.Status.ClusterId}, the sender to {cluster[1].Cluster.Status.ClusterId}", endsSoon)));
    }

    [Test]
    public async Task Machine_that_stored_before_stores_again_without_seeing_the_majority()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2);
        await cluster[0].Files.StoreAsync(new MemoryStream([1]));
        await cluster[0].StopAsync();
        await cluster[1].StopAsync();
        await cluster[0].StartAsync();
        await cluster.SettleAsync();

        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([2]))).Copies, Is.EqualTo(1));
    }

    /// <summary>Two machines, each a cluster of its own.</summary>
    private static async Task<LightDfsTestCluster> TwoClustersAsync()
    {
        var cluster = LightDfsTestCluster.Create(2);
        foreach (var machine in cluster.Machines)
        {
            machine.Peers = [machine.Address];
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        Assert.That(cluster[0].Cluster.Status.ClusterId, Is.Not.EqualTo(cluster[1].Cluster.Status.ClusterId).And.Not.Null);
        return cluster;
    }

    private static async Task MeetAsync(LightDfsTestCluster cluster)
    {
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
            machine.Peers = [.. cluster.Machines.Select(each => each.Address)];
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
    }
}
