using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Which machines a delete gets to, beyond those that its quorum needs.</summary>
public sealed class DeleteReachTests
{
    [Test]
    public async Task Delete_reaches_a_full_owner_and_frees_its_disk()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        var order = cluster.PreferenceOf(stored.Id);
        order[1].Store.IsFull = true;
        await cluster.SettleAsync();

        await order[0].Files.DeleteAsync(stored.Id);

        Assert.That(order.Select(machine => machine.StateOf(stored.Id)), Is.EqualTo(new ReplicaState?[] { ReplicaState.Deleted, ReplicaState.Deleted, ReplicaState.Deleted, null, null }));
        Assert.That(order[1].Store.Usage.Bytes, Is.Zero);
    }

    [Test]
    public async Task Delete_is_sent_to_an_owner_whose_disk_failed_and_to_the_next_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        var order = cluster.PreferenceOf(stored.Id);
        order[1].Store.Fail("its disk is broken.");
        await cluster.SettleAsync();
        var asked = 0;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Delete && exchange.To == order[1].Address)
            {
                Interlocked.Increment(ref asked);
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await order[0].Files.DeleteAsync(stored.Id);

        Assert.That(asked, Is.EqualTo(1));
        Assert.That(new[] { order[0], order[2], order[3] }.Select(machine => machine.StateOf(stored.Id)), Is.All.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Delete_that_has_its_quorum_still_reaches_an_owner_that_is_slow()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        var (go, arrived) = SlowDelete(cluster, cluster[2]);
        using var cancel = new CancellationTokenSource();

        await cluster[0].Files.DeleteAsync(stored.Id, null, cancel.Token).WaitAsync(ClusterSteps.Guard);
        await cancel.CancelAsync();
        var before = cluster[2].StateOf(stored.Id);
        go.SetResult();
        await arrived.WaitAsync(ClusterSteps.Guard);

        Assert.That((before, cluster[2].StateOf(stored.Id)), Is.EqualTo((ReplicaState.Present, ReplicaState.Deleted)));
    }

    [Test]
    public async Task Slow_delete_that_fails_after_the_quorum_is_logged()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = log);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        var (_, arrived) = SlowDelete(cluster, cluster[2]);

        await cluster[0].Files.DeleteAsync(stored.Id).WaitAsync(ClusterSteps.Guard);
        cluster[2].TakeDown();
        await Assert.CatchAsync(() => arrived.WaitAsync(ClusterSteps.Guard));
        await log.SawAsync(LogEvents.StragglerFailed).WaitAsync(ClusterSteps.Guard);

        Assert.That(log.Of(LogEvents.StragglerFailed).Single().Message, Does.Contain(stored.Id.ToString()).And.Contain(cluster[2].Id.ToString()));
    }

    [Test]
    public async Task Store_refused_as_deleted_leaves_no_copy_where_the_delete_was_missed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[2].Store.DeleteAsync(id, DateTimeOffset.UtcNow);
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Store && exchange.To == cluster[2].Address)
            {
                await stored.Task.WaitAsync(cancellationToken);
            }
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.Asks() == Operation.Store && exchange.To == cluster[1].Address)
            {
                stored.TrySetResult();
            }
            return reply;
        };

        await Assert.ThrowsAsync<FileDeletedException>(() => cluster[0].StoreAsync(ClusterSteps.Bytes(1000), new StoreOptions { Id = id }));

        Assert.That(cluster.Machines.Select(machine => machine.StateOf(id)), Is.All.EqualTo(ReplicaState.Deleted));
    }

    /// <summary>Holds up the deletes to one machine until the source is set; the task is the end of the first.</summary>
    private static (TaskCompletionSource Go, Task Arrived) SlowDelete(LightDfsTestCluster cluster, TestMachine slow)
    {
        var (go, arrived) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() != Operation.Delete || exchange.To != slow.Address)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            try
            {
                await go.Task.WaitAsync(cancellationToken);
                var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
                arrived.TrySetResult();
                return reply;
            }
            catch (Exception cause)
            {
                arrived.TrySetException(cause);
                throw;
            }
        };
        return (go, arrived.Task);
    }
}
