using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Two contents under one id: each read gives one of them whole, the smaller version wins where both are seen, and whoever meets the clash reports it.</summary>
public sealed class VersionClashTests
{
    [Test]
    public async Task Listing_shows_the_smaller_version_and_reports_the_clash_once()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = log);
        var (id, smaller) = await ClashAsync(cluster);

        var listed = (await cluster[0].ListAsync()).Single();
        await cluster[0].ListAsync();

        Assert.That((listed.Checksum, listed.Copies), Is.EqualTo((smaller.Record.Checksum, 1)));
        Assert.That(cluster[0].Cluster.Status.Problems.Single(), Does.Contain(id.ToString()).And.Contain("two versions").And.Contain("store what is right under a new id"));
        Assert.That(log.Of(LogEvents.VersionsClash), Has.Count.EqualTo(1));
        Assert.That(cluster[2].Cluster.Status.Problems, Is.Empty, "it has not met it");
    }

    [Test]
    public async Task Lookup_that_meets_both_takes_the_smaller_and_reports_the_clash()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(5, options => options.Loggers = log);
        var (smaller, larger) = TestReplica.Pair(1000);
        for (var round = 0; round < 40; round++)
        {
            var id = FileId.New();
            var order = cluster.PreferenceOf(id);
            await order[2].PlantAsync(id, larger);
            await order[3].PlantAsync(id, smaller);
            MakeAnswersMeet(cluster);
            var before = log.Of(LogEvents.VersionsClash).Count;

            var found = await order[0].Files.FindAsync(id);

            // Mostly it meets both; the second may also be cut off by the first.
            Assert.That(found!.Checksum, log.Of(LogEvents.VersionsClash).Count > before
                ? Is.EqualTo(smaller.Record.Checksum)
                : Is.AnyOf(smaller.Record.Checksum, larger.Record.Checksum));
        }
        Assert.That(log.Of(LogEvents.VersionsClash), Is.Not.Empty);
    }

    [Test]
    public async Task Store_that_succeeds_here_and_conflicts_there_reports_the_clash()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[2].PlantAsync(id, TestReplica.Of(50));

        await Assert.ThrowsAsync<FileConflictException>(() => cluster[0].StoreAsync([1, 2, 3], new StoreOptions { Id = id }));

        Assert.That(cluster[0].Cluster.Status.Problems, Has.Some.Contains(id.ToString()));
    }

    [Test]
    public async Task Plain_conflict_is_no_clash()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync([1, 2, 3]);

        await Assert.ThrowsAsync<FileConflictException>(() => cluster[0].StoreAsync([4], new StoreOptions { Id = stored.Id }));

        Assert.That(cluster[0].Cluster.Status.Problems, Is.Empty);
    }

    [Test]
    public async Task Two_clients_with_two_contents_under_one_id_on_two_machines_at_once_leave_one_version_to_each_read()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.SegmentSize = 128 * 1024);
        for (var round = 0; round < 20; round++)
        {
            var id = FileId.New();
            byte[][] contents = [ClusterSteps.Bytes(300_000, 1), ClusterSteps.Bytes(300_000, 2)];
            var stores = contents.Select((content, index) => Task.Run(() => cluster[index].StoreAsync(content, new StoreOptions { Id = id }))).ToList();
            await ((Task)Task.WhenAll(stores)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            Assert.That(stores.Where(store => store.IsFaulted).Select(store => store.Exception!.InnerException), Is.All.InstanceOf<FileConflictException>());
            Assert.That(stores.Count(store => store.IsCompletedSuccessfully), Is.LessThan(2));
            foreach (var machine in cluster.Machines)
            {
                var read = await machine.ReadAsync(id);
                Assert.That(contents.Any(content => content.AsSpan().SequenceEqual(read)), "one version whole, never a mix");
            }
        }
    }

    /// <summary>Holds the first of two answers back until the second is there.</summary>
    private static void MakeAnswersMeet(LightDfsTestCluster cluster)
    {
        var (answered, both) = (0, new TaskCompletionSource());
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.Asks() == Operation.Find && reply.Status == PeerStatus.Ok)
            {
                if (Interlocked.Increment(ref answered) == 2)
                {
                    both.SetResult();
                }
                await both.Task.WaitAsync(ClusterSteps.Guard, CancellationToken.None);
            }
            return reply;
        };
    }

    /// <summary>A larger version on the first machine, a smaller one on the second.</summary>
    private static async Task<(FileId Id, TestReplica Smaller)> ClashAsync(LightDfsTestCluster cluster)
    {
        var id = FileId.New();
        var (smaller, larger) = TestReplica.Pair(1000);
        await cluster[0].PlantAsync(id, larger);
        await cluster[1].PlantAsync(id, smaller);
        return (id, smaller);
    }
}
