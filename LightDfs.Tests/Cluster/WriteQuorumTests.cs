using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>How many machines a store needs, by the number of members and of those that are lost.</summary>
public sealed class WriteQuorumTests
{
    [TestCase(1, 1, 1)]
    [TestCase(2, 2, 1)]
    [TestCase(3, 3, 2)]
    [TestCase(5, 3, 2)]
    public async Task Quorum_is_a_majority_of_the_copies_from_three_machines_on(int machines, int copies, int quorum)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines);

        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));

        var status = cluster[0].Cluster.Status;
        Assert.Multiple(() =>
        {
            Assert.That((status.Members, status.Copies, status.WriteQuorum), Is.EqualTo((machines, copies, quorum)));
            Assert.That(cluster.HoldersOf(stored.Id), Has.Count.EqualTo(copies));
            Assert.That(stored.Copies, Is.EqualTo(copies));
        });
    }

    [TestCase(2, 1)]
    [TestCase(3, 1)]
    [TestCase(5, 3)]
    public async Task Store_and_delete_succeed_while_the_quorum_answers(int machines, int lost)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines);
        cluster.Machines.Skip(machines - lost).ToList().ForEach(machine => machine.TakeDown(cluster));
        var content = ClusterSteps.Bytes(1000);

        var stored = await cluster[0].StoreAsync(content);

        Assert.That(await cluster[0].ReadAsync(stored.Id), Is.EqualTo(content));
        Assert.That(stored.Copies, Is.GreaterThanOrEqualTo(cluster[0].Cluster.Status.WriteQuorum));
        Assert.That(await cluster[0].Files.DeleteAsync(stored.Id), Is.True);
    }

    [TestCase(3, 2)]
    [TestCase(5, 4)]
    public async Task Store_with_fewer_machines_than_the_quorum_says_who_and_why(int machines, int lost)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines);
        var dead = cluster.Machines.Skip(machines - lost).ToList();
        dead.ForEach(machine => machine.TakeDown(cluster));

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(ClusterSteps.Bytes(1000)));

        Assert.Multiple(() =>
        {
            Assert.That((failure.Copies, failure.Needed), Is.EqualTo((1, 2)));
            Assert.That(failure.Failures.Select(one => one.Machine), Is.SupersetOf(dead.Select(machine => (MachineId?)machine.Id)));
            Assert.That(failure.Failures.Select(one => one.Reason), Has.All.Not.Empty);
            Assert.That(failure.Message, Does.Contain(dead[0].Address).And.Contain("Nothing of it will appear later"));
        });
    }

    [Test]
    public async Task Delete_with_fewer_machines_than_the_quorum_fails_and_can_be_repeated()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10));
        cluster[1].TakeDown(cluster);
        cluster[2].TakeDown(cluster);

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].Files.DeleteAsync(stored.Id));
        cluster.Network.MendAll();
        await cluster.SettleAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);

        Assert.That(failure.Failures, Has.Count.EqualTo(2));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ReadAsync(stored.Id), Is.Null);
        }
    }

    [Test]
    public async Task Listed_address_that_never_answered_counts_as_a_member_that_is_down()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));
        await cluster[0].StoreAsync(ClusterSteps.Bytes(10));
        cluster[1].TakeDown(cluster);

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(ClusterSteps.Bytes(10)));

        Assert.That(cluster[0].Cluster.Status.Members, Is.EqualTo(3));
        Assert.That(failure.Failures.Select(one => one.Address), Does.Contain("memory://nobody").And.Contain(cluster[1].Address));
    }
}
