using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Settings that must agree, and do not: both sides name the option, and go on serving.</summary>
public sealed class SettingsCheckTests
{
    [Test]
    public async Task Machines_with_equal_settings_agree()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();

        Assert.That(cluster[0].Running.Settings.AgreesWith(cluster[1].Id), Is.True);
        Assert.That(cluster[0].Running.Settings.AgreesWith(new MachineId(12345)), Is.False, "a machine that told nothing yet");
    }

    [TestCase(nameof(LightDfsOptions.Replicas), "LightDfs:Replicas 2 (here 3)", "LightDfs:Replicas 3 (here 2)")]
    [TestCase(nameof(LightDfsOptions.SegmentSize), "LightDfs:SegmentSize 65536 (here 8388608)", "LightDfs:SegmentSize 8388608 (here 65536)")]
    public async Task Difference_is_reported_by_both_with_the_exact_option(string option, string there, string here)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (index, machine) =>
        {
            if (index == 2 && option == nameof(LightDfsOptions.Replicas))
            {
                machine.Replicas = 2;
            }
            if (index == 2 && option == nameof(LightDfsOptions.SegmentSize))
            {
                machine.SegmentSize = 64 * 1024;
            }
        });

        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Contains(cluster[2].Id.ToString()).And.One.Contains(there));
        Assert.That(cluster[2].Cluster.Status.Problems, Has.Exactly(2).Contains(here));
        Assert.That(cluster[0].Running.Settings.AgreesWith(cluster[2].Id), Is.False);
        Assert.That(cluster[2].Running.Settings.AgreesWith(cluster[0].Id), Is.False);
        Assert.That(cluster[0].Running.Settings.AgreesWith(cluster[1].Id), Is.True);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        Assert.That(await cluster[2].Files.FindAsync(stored.Id), Is.Not.Null);
    }

    [Test]
    public async Task Difference_that_is_mended_ends()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.ConfigureMachine = (index, machine) => machine.Replicas = index == 1 ? 2 : 3);
        await cluster[1].StopAsync();
        cluster[1].Options.Replicas = 3;

        await cluster[1].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
        Assert.That(cluster[0].Running.Settings.AgreesWith(cluster[1].Id), Is.True);
    }
}
