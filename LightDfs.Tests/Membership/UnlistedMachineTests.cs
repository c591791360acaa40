using LightDfs.Files;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Who may join a cluster that does not list it.</summary>
public sealed class UnlistedMachineTests
{
    private const string Newcomer = "memory://newcomer";

    [Test]
    public async Task Machine_whose_own_list_names_it_joins()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var newcomer = cluster.AddMachine(Newcomer);

        await newcomer.StartAsync();
        await cluster.SettleAsync();

        Assert.That(newcomer.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(4));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.RingFingerprint).Distinct().Count(), Is.EqualTo(1));
        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
    }

    [Test]
    public async Task Machine_that_no_list_names_stays_out_and_says_what_to_do()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var newcomer = Unlisted(cluster);

        await MeetAsync(cluster, newcomer);

        Assert.That(newcomer.Cluster.Status.NotReadyBecause, Does.Contain($"no list names '{Newcomer}'").And.Contain("LightDfs:AllowUnlistedMachines"));
        Assert.That(newcomer.Cluster.Status.Problems, Has.Some.Contains("does not take this machine in"));
        Assert.That(cluster.Machines.Take(3).Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
        await Assert.ThrowsAsync<InsufficientReplicasException>(() => newcomer.Files.StoreAsync(new MemoryStream([1])));
    }

    [Test]
    public async Task Machine_that_no_list_names_joins_where_that_is_allowed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.AllowUnlistedMachines = true);
        var newcomer = Unlisted(cluster);

        await MeetAsync(cluster, newcomer);

        Assert.That(newcomer.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(4));
    }

    [Test]
    public async Task Machine_behind_wildcards_is_told_to_advertise_an_address()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.AllowUnlistedMachines = true);
        var newcomer = Unlisted(cluster);
        newcomer.KnowsItsAddress = false;

        await MeetAsync(cluster, newcomer);

        Assert.That(newcomer.Cluster.Status.NotReadyBecause, Does.Contain("LightDfs:AdvertisedAddress").And.Contain("0.0.0.0"));
        Assert.That(cluster[0].Cluster.Status.Members, Is.EqualTo(3));
    }

    [Test]
    public async Task Machine_behind_wildcards_joins_by_its_advertised_address()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.AllowUnlistedMachines = true);
        var newcomer = Unlisted(cluster);
        newcomer.KnowsItsAddress = false;
        newcomer.Options.AdvertisedAddress = Newcomer;

        await MeetAsync(cluster, newcomer);

        Assert.That(newcomer.Cluster.Status.IsReady, Is.True);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(4));
    }

    [TestCase("memory://nowhere", "when it was asked there: nobody listens there.")]
    [TestCase("memory://machine-1", "when it was asked there: another machine answers there.")]
    public async Task Address_that_does_not_prove_true_lets_nobody_in(string announced, string reason)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.AllowUnlistedMachines = true);
        var newcomer = Unlisted(cluster);
        newcomer.KnowsItsAddress = false;
        newcomer.Options.AdvertisedAddress = announced;

        await MeetAsync(cluster, newcomer);

        Assert.That(newcomer.Cluster.Status.NotReadyBecause, Does.Contain($"did not answer at '{announced}'").And.Contain(reason).And.Contain("LightDfs:AdvertisedAddress"));
        Assert.That(cluster.Machines.Take(3).Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
    }

    [Test]
    public async Task Machine_that_belongs_already_comes_from_any_address_without_being_allowed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].MoveTo("memory://far-away");
        cluster[2].KnowsItsAddress = true;
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).View.Address, Is.EqualTo("memory://far-away"));
    }

    /// <summary>A machine that lists the others but not itself.</summary>
    private static TestMachine Unlisted(LightDfsTestCluster cluster)
    {
        var newcomer = cluster.AddMachine(Newcomer);
        newcomer.Peers = [.. cluster.Machines.Take(3).Select(machine => machine.Address)];
        newcomer.KnowsItsAddress = true;
        return newcomer;
    }

    private static async Task MeetAsync(LightDfsTestCluster cluster, TestMachine newcomer)
    {
        await newcomer.StartAsync();
        for (var round = 0; round < 4; round++)
        {
            foreach (var machine in cluster.Machines)
            {
                await machine.MeetPeersAsync();
            }
        }
    }
}
