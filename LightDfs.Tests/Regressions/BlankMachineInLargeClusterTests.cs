using LightDfs.Membership;
using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Regressions;

/// <summary>
/// In a large cluster "who are you" is answered without the membership map, since heartbeats tell what is new. A machine with an empty disk, at an address that is remembered as another machine's,
/// has no id and beats to nobody: it never heard that the other one had been replaced, and waited for ever, also after a restart.
/// </summary>
public sealed class BlankMachineInLargeClusterTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Blank_machine_hears_that_the_one_in_whose_place_it_is_was_replaced()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4, options =>
        {
            options.Time = _ => _time;
            options.Beats = new BeatSettings { MostForAll = 2 };
        });
        var dead = cluster[3].Id;
        await cluster[3].KillAsync();
        cluster[3].LoseDisk();
        await cluster[3].StartAsync();
        await cluster.SettleAsync();
        Assert.That(cluster[3].Cluster.Status.IsReady, Is.False);

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Replace(dead));
        await cluster.SettleAsync();

        Assert.That(cluster[3].Cluster.Status.IsReady, Is.True);
        Assert.That(cluster[3].Id, Is.Not.EqualTo(dead));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(4));
    }
}
