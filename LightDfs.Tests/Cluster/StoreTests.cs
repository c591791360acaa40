using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class StoreTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(100_000);

    [Test]
    public async Task Store_begins_at_the_current_position_of_a_stream_and_leaves_it_open()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stream = new MemoryStream(Content) { Position = 90_000 };

        var stored = await cluster[0].Files.StoreAsync(stream);

        Assert.That(await cluster[1].ReadAsync(stored.Id), Is.EqualTo(Content[90_000..]));
        Assert.That(stream.CanRead);
    }

    [Test]
    public async Task Machine_that_fails_is_followed_by_the_next_of_the_preference_list()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        order[1].Store.Fail("its disk is broken.");

        var stored = await order[0].StoreAsync(Content, new StoreOptions { Id = id });

        Assert.That(stored.Copies, Is.EqualTo(3));
        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(new[] { order[0], order[2], order[3] }));
    }

    [Test]
    public async Task Full_machine_is_passed_over_in_favour_of_the_next_one()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        order[1].Store.IsFull = true;

        await order[4].StoreAsync(Content, new StoreOptions { Id = id });

        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(new[] { order[0], order[2], order[3] }));
    }

    [Test]
    public async Task Drawn_id_avoids_owners_that_are_down()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var lost = cluster[4];
        lost.TakeDown(cluster);
        await cluster.Machines[0].MeetPeersAsync();
        var before = cluster.Network.RequestsTo(lost.Address);

        for (var file = 0; file < 20; file++)
        {
            var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10, file));
            Assert.That(cluster.PreferenceOf(stored.Id).Take(3), Does.Not.Contain(lost));
        }

        Assert.That(cluster.Network.RequestsTo(lost.Address), Is.EqualTo(before));
    }

    [Test]
    public async Task Callers_id_stored_again_with_the_same_content_succeeds()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var options = new StoreOptions { Id = FileId.New(), FileName = "a", ContentType = "b/c" };

        var first = await cluster[0].StoreAsync(Content, options);
        var second = await cluster[1].StoreAsync(Content, options);

        Assert.That(second, Is.EqualTo(first));
        Assert.That(cluster[0].Store.Find(first.Id)!.Value.Version, Is.EqualTo(cluster[2].Store.Find(first.Id)!.Value.Version));
    }

    [Test]
    public async Task Store_that_missed_its_quorum_under_a_callers_id_is_finished_by_storing_again()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var options = new StoreOptions { Id = FileId.New() };
        cluster[1].TakeDown(cluster);
        cluster[2].TakeDown(cluster);

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(Content, options));
        cluster.Network.MendAll();
        await cluster.SettleAsync();
        var stored = await cluster[0].StoreAsync(Content, options);

        Assert.That(failure.Message, Does.Contain("unknown"));
        Assert.That((stored.Id, stored.Copies), Is.EqualTo((options.Id, 3)));
    }

    [TestCase("content")]
    [TestCase("name")]
    [TestCase("type")]
    public async Task Another_file_under_a_stored_id_is_a_conflict(string difference)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[0].StoreAsync(Content, new StoreOptions { Id = id, FileName = "a", ContentType = "b/c" });

        var conflict = await Assert.ThrowsAsync<FileConflictException>(() => cluster[1].StoreAsync(
            difference == "content" ? ClusterSteps.Bytes(100_000, 2) : Content,
            new StoreOptions { Id = id, FileName = difference == "name" ? "x" : "a", ContentType = difference == "type" ? "x/y" : "b/c" }));

        Assert.That(conflict.File, Is.EqualTo(id));
        Assert.That(await cluster[1].ReadAsync(id), Is.EqualTo(Content));
    }

    [Test]
    public async Task One_conflict_fails_a_store_that_has_its_quorum_elsewhere()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[2].PlantAsync(id, TestReplica.Of(50));

        await Assert.ThrowsAsync<FileConflictException>(() => cluster[0].StoreAsync(Content, new StoreOptions { Id = id }));
    }

    [Test]
    public async Task One_tombstone_fails_a_store_that_has_its_quorum_elsewhere()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[2].Store.DeleteAsync(id, DateTimeOffset.UtcNow);

        await Assert.ThrowsAsync<FileDeletedException>(() => cluster[0].StoreAsync(Content, new StoreOptions { Id = id }));
    }

    [Test]
    public async Task Id_once_deleted_is_dead_on_every_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var options = new StoreOptions { Id = FileId.New() };
        await cluster[0].StoreAsync(Content, options);
        await cluster[1].Files.DeleteAsync(options.Id.Value);

        foreach (var machine in cluster.Machines)
        {
            var refusal = await Assert.ThrowsAsync<FileDeletedException>(() => machine.StoreAsync(Content, options));
            Assert.That(refusal.File, Is.EqualTo(options.Id));
        }
    }

    [Test]
    public async Task Copy_that_is_slow_is_left_out_after_a_short_grace()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Store && exchange.To == cluster[2].Address)
            {
                await using var whenCut = cancellationToken.Register(() => cut.TrySetResult());
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var stored = await cluster[0].StoreAsync(Content);

        await cut.Task.WaitAsync(ClusterSteps.Guard);
        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(cluster.HoldersOf(stored.Id), Is.EqualTo(new[] { cluster[0], cluster[1] }));
    }

    [Test]
    public async Task Failed_store_of_a_drawn_id_leaves_a_tombstone_here_and_where_it_arrived()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster[1].Store.Fail("its disk is broken.");
        cluster[2].TakeDown(cluster);

        var failure = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(Content));

        Assert.That(cluster[0].StateOf(failure.File!.Value), Is.EqualTo(ReplicaState.Deleted));
        Assert.That(await cluster[0].ReadAsync(failure.File.Value), Is.Null);
        Assert.That(await cluster[0].ListAsync(new ListOptions { AllowPartial = true }), Is.Empty);
    }

    [Test]
    public async Task Machine_that_never_saw_a_majority_of_its_cluster_holds_nothing_not_even_a_tombstone()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        await cluster[0].StartAsync();
        await cluster[0].MeetPeersAsync();

        await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(Content));
        await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].Files.DeleteAsync(FileId.New()));

        Assert.That((cluster[0].Store.Usage.Replicas, cluster[0].Store.Usage.Tombstones), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task Stream_that_throws_stores_nothing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();

        await Assert.ThrowsAsync<IOException>(() => cluster[0].Files.StoreAsync(new BrokenStream(70_000)));

        Assert.That(await cluster[1].ListAsync(), Is.Empty);
    }

    /// <summary>Gives some zero bytes, and then fails as a client does that goes away.</summary>
    private sealed class BrokenStream(int good) : MemoryStream(new byte[good])
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The client went away.");
        }
    }
}
