using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class CancellationTests
{
    [Test]
    public async Task Store_that_is_cancelled_midway_never_appears()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        using var stop = new CancellationTokenSource();
        var arrived = 0;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() != Operation.Store)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            // Both have it, durably, but the news never gets back.
            await using (await exchange.DeliverAsync(exchange.Request, cancellationToken))
            {
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    await stop.CancelAsync();
                }
                await Task.Delay(Timeout.Infinite, cancellationToken);
                throw exchange.Lost("the reply");
            }
        };

        await Assert.CatchAsync<OperationCanceledException>(() => cluster[0].Files.StoreAsync(new MemoryStream(ClusterSteps.Bytes(1000)), null, stop.Token).WaitAsync(ClusterSteps.Guard));

        Assert.That(arrived, Is.EqualTo(2));
        Assert.That(cluster.Machines.Select(machine => (machine.Store.Usage.Replicas, machine.Store.Usage.Tombstones)), Is.All.EqualTo((0L, 1L)));
        Assert.That(await cluster[1].ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Store_that_is_cancelled_before_it_begins_reads_nothing_and_sends_nothing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var content = new MemoryStream([1, 2, 3]);
        var before = cluster.Requests();

        await Assert.CatchAsync<OperationCanceledException>(() => cluster[0].Files.StoreAsync(content, null, new CancellationToken(canceled: true)));

        Assert.That((content.Position, cluster.Requests()), Is.EqualTo((0L, before)));
    }

    [Test]
    public async Task Read_that_is_cancelled_midway_can_go_on()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var content = ClusterSteps.Bytes(2 * 1024 * 1024);
        var stored = await cluster[0].StoreAsync(content);
        await using var opened = await cluster.PreferenceOf(stored.Id)[4].Files.OpenAsync(stored.Id);
        var read = new byte[content.Length];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 100_000));
        using var stop = new CancellationTokenSource();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            cluster.Network.Interceptor = null;
            await stop.CancelAsync();
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await Assert.CatchAsync<OperationCanceledException>(async () => await opened.Content.ReadExactlyAsync(read.AsMemory(100_000), stop.Token).AsTask().WaitAsync(ClusterSteps.Guard));
        var at = (int)opened.Content.Position;
        await opened.Content.ReadExactlyAsync(read.AsMemory(at));

        Assert.That(at, Is.InRange(100_000, content.Length - 1));
        Assert.That(read.AsSpan(at).SequenceEqual(content.AsSpan(at)));
        Assert.That(cluster.HoldersOf(stored.Id), Has.Count.EqualTo(3), "nothing was taken for damage");
    }

    [Test]
    public async Task Lookup_ends_at_once_when_cancelled_while_peers_hang()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        using var stop = new CancellationTokenSource();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw exchange.Lost("the reply");
        };

        await Assert.CatchAsync<OperationCanceledException>(() => cluster[0].Files.OpenAsync(FileId.New(), null, stop.Token).WaitAsync(ClusterSteps.Guard));
    }
}
