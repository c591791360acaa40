using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Regressions;

/// <summary>A peer that had just been given its id, and had not joined yet, counted neither as silent nor as a member; so the asker took itself for the whole cluster.</summary>
public sealed class LonelyClusterTests
{
    [Test]
    public async Task Machine_whose_peers_have_ids_but_did_not_join_yet_founds_no_cluster_of_its_own()
    {
        await using var cluster = LightDfsTestCluster.Create();
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }

        await cluster[0].MeetPeersAsync();

        var status = cluster[0].Cluster.Status;
        Assert.Multiple(() =>
        {
            Assert.That(status.Members, Is.EqualTo(3));
            Assert.That(status.WriteQuorum, Is.EqualTo(2));
            Assert.That(status.ClusterId, Is.Null);
        });
    }
}
