using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>New files are kept on the machine that takes them in, until it is fuller than the others.</summary>
public sealed class LocalFirstTests
{
    private const int Files = 60;
    private const long Room = 100_000_000;

    [Test]
    public async Task Machine_that_is_not_fuller_than_the_others_keeps_what_it_takes_in()
    {
        await using var cluster = await StartAsync();

        Assert.That(await CountKeptAsync(cluster), Is.EqualTo(Files));
    }

    [Test]
    public async Task Machine_that_is_fuller_than_the_others_keeps_its_share_only()
    {
        await using var cluster = await StartAsync(Room / 100);
        // By an id that only the ring decides about, and large enough to be seen beside the room there is.
        foreach (var id in Enumerable.Range(0, 200).Select(_ => FileId.New()).Where(id => cluster[0].Running.Membership.View.OwnersOf(id).Contains(cluster[0].Id)).Take(10))
        {
            await cluster[1].Files.StoreAsync(new MemoryStream(ClusterSteps.Bytes(30_000)), new StoreOptions { Id = id });
        }
        foreach (var machine in cluster.Machines)
        {
            await machine.MeetPeersAsync();
        }

        Assert.That(await CountKeptAsync(cluster), Is.LessThan(Files * 3 / 4));
    }

    [Test]
    public async Task Machine_that_owns_nothing_draws_nothing_in_vain()
    {
        await using var cluster = await StartAsync();
        await cluster[1].Cluster.ApplyAsync(MembershipChange.Drain(cluster[0].Id));
        await cluster.SettleAsync();

        Assert.That(await CountKeptAsync(cluster), Is.Zero);
        Assert.That(cluster[0].Running.LocalFirst.IsDue, Is.False);
    }

    private static Task<LightDfsTestCluster> StartAsync(long roomOfFirst = Room) => LightDfsTestCluster.StartAsync(5, options =>
    {
        options.ConfigureMachine = (_, machine) => machine.Replicas = 2;
        options.MakeStore = machine => new FileReplicaStore(new SimulatedDisk { Capacity = machine == 0 ? roomOfFirst : Room }, "/data", 0, TimeProvider.System, NullLogger.Instance);
    });

    /// <summary>How many of some files that the first machine takes in it keeps itself.</summary>
    private static async Task<int> CountKeptAsync(LightDfsTestCluster cluster)
    {
        var kept = 0;
        for (var file = 0; file < Files; file++)
        {
            var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10));
            kept += cluster[0].Running.Parts.Store.Find(stored.Id) is null ? 0 : 1;
        }
        return kept;
    }
}
