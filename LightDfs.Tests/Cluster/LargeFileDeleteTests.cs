using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class LargeFileDeleteTests
{
    private const int Segment = LargeFiles.Segment;
    private static readonly TimeSpan Abandoned = new LightDfsOptions().AbandonedAfter;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Deleted_file_leaves_no_segment_behind()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(10 * Segment)));

        var wasThere = await cluster[1].Files.DeleteAsync(stored.Id);

        Assert.That((wasThere, await cluster[2].Files.OpenAsync(stored.Id), await cluster[0].Files.DeleteAsync(stored.Id)), Is.EqualTo((true, (OpenedFile?)null, false)));
        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    [Test]
    public async Task Segments_that_a_delete_missed_are_collected_by_who_holds_them()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(10)));
        await cluster[0].Files.DeleteAsync(stored.Id);
        var left = TestReplica.Of(100);
        var segment = stored.Id.SegmentOf(0, left.Record.Checksum);
        await cluster[2].PlantAsync(segment, left with { Record = SegmentList.RecordOf(stored.Id, 100, left.Record.Checksum) });

        time.Advance(Abandoned);
        // Only heartbeats: who looks for deletes that it slept through takes these too, and leaves nothing to collect.
        await Task.WhenAll(cluster.Machines.Select(machine => machine.Running.Heartbeats.BeatAllAsync(CancellationToken.None)));
        var early = await cluster[2].Running.Collector.CollectAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var collected = await cluster[2].Running.Collector.CollectAsync(CancellationToken.None);

        Assert.That((early, collected), Is.EqualTo((0, 1)));
        Assert.That(cluster.Machines.Select(machine => machine.Store.Find(segment)?.State), Is.All.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Segment_that_cannot_be_looked_at_now_keeps_no_other_one_from_being_collected()
    {
        var time = new FakeTimeProvider(Begin);
        var disks = Enumerable.Range(0, 3).Select(_ => new SimulatedDisk()).ToList();
        await using var cluster = await LargeFiles.StartAsync(cluster: options =>
            (options.Time, options.MakeStore) = (_ => time, index => new FileReplicaStore(disks[index], "/data", 0, time, NullLogger.Instance)));
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(10)));
        await cluster[0].Files.DeleteAsync(stored.Id);
        var left = TestReplica.Of(100);
        for (var number = 0; number < 2; number++)
        {
            await using var writer = await cluster[2].Running.Parts.Store.BeginAsync(stored.Id.SegmentOf(number, left.Record.Checksum), SegmentList.RecordOf(stored.Id, 100, left.Record.Checksum));
            await writer.AppendAsync(left.Content);
            await writer.CommitAsync();
        }
        time.Advance(Abandoned + TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(cluster.Machines.Select(machine => machine.Running.Heartbeats.BeatAllAsync(CancellationToken.None)));

        disks[2].Fail(DiskCall.OpenRead, StorageFailure.Failing);
        var first = await cluster[2].Running.Collector.CollectAsync(CancellationToken.None);
        var second = await cluster[2].Running.Collector.CollectAsync(CancellationToken.None);

        Assert.That((first, second), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Segments_are_collected_also_where_abandoned_uploads_are_kept_for_a_year()
    {
        await using var cluster = await LargeFiles.StartAsync(1, (_, machine) => machine.AbandonedAfter = TimeSpan.FromDays(365));

        await Assert.CatchAsync<OperationCanceledException>(() => cluster[0].Running.Collector.RunAsync(new CancellationToken(canceled: true)));
    }

    [Test]
    public async Task Segments_of_an_upload_that_never_ended_are_collected_after_their_time_and_its_id_is_dead_then()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var id = FileId.New(time);
        var options = new StoreOptions { Id = id };
        await Assert.ThrowsAsync<IOException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(20 * Segment), new IOException("gone")), options));
        Assert.That(cluster[0].Store.Usage.Replicas, Is.GreaterThan(0), "a caller's id is not withdrawn");

        time.Advance(Abandoned - TimeSpan.FromMinutes(1));
        await cluster.SettleAsync();
        var early = await cluster[0].Running.Collector.CollectAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(2));
        await cluster.SettleAsync();
        var collected = 0;
        foreach (var machine in cluster.Machines)
        {
            // Each its own: a segment that was cut off may have reached only some.
            collected += await machine.Running.Collector.CollectAsync(CancellationToken.None);
        }

        Assert.That(early, Is.Zero);
        Assert.That(collected, Is.GreaterThan(0));
        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
        Assert.That(cluster.Machines.Select(machine => machine.Store.Find(id)?.State), Is.All.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Segments_of_a_file_that_exists_are_never_collected()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var content = LargeFiles.Content(3 * Segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));

        time.Advance(10 * Abandoned);
        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.Running.Collector.CollectAsync(CancellationToken.None), Is.Zero);
        }
        Assert.That((await LargeFiles.ReadAsync(cluster[2].Files, stored.Id)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Nothing_is_collected_while_a_machine_that_might_know_the_file_is_silent()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var options = new StoreOptions { Id = FileId.New(time) };
        await Assert.ThrowsAsync<IOException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(20 * Segment), new IOException("gone")), options));
        time.Advance(2 * Abandoned);
        await cluster.SettleAsync();
        cluster.Network.TakeDown(cluster[1].Address);

        Assert.That(await cluster[0].Running.Collector.CollectAsync(CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task Nothing_is_collected_of_a_file_whose_record_a_removed_machine_has_kept([Values] bool isAside)
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await LargeFiles.StartAsync(4, cluster: options => options.Time = _ => time);
        var parent = FileId.New(time);
        var left = TestReplica.Of(100);
        var segment = parent.SegmentOf(0, left.Record.Checksum);
        await cluster[0].PlantAsync(segment, left with { Record = SegmentList.RecordOf(parent, 100, left.Record.Checksum) });
        var removed = cluster[3];
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(removed.Id));
        await cluster.SettleAsync();
        await removed.PlantAsync(parent, TestReplica.Of(50));
        if (isAside)
        {
            await removed.Store.SetAsideAsync(removed.Store.Find(parent)!.Value, SetAsideReason.Unknown, () => true);
        }
        time.Advance(2 * Abandoned);
        await cluster.SettleAsync();

        var kept = await cluster[0].Running.Collector.CollectAsync(CancellationToken.None);
        var parents = cluster.Machines.Take(3).Select(machine => machine.StateOf(parent)).ToList();
        await (isAside ? removed.Cluster.DiscardAsync(parent, TestReplica.Of(50).Record.Version) : removed.Store.RemoveAsync(removed.Store.Find(parent)!.Value, () => true).AsTask());

        Assert.That((kept, parents), Is.EqualTo((0, new ReplicaState?[] { null, null, null })));
        Assert.That(await cluster[0].Running.Collector.CollectAsync(CancellationToken.None), Is.EqualTo(1), "once nobody has it any more");
    }

    [Test]
    public async Task Machine_whose_clock_stands_alone_collects_nothing()
    {
        var (time, wrong) = (new FakeTimeProvider(Begin), new FakeTimeProvider(Begin));
        await using var cluster = await LargeFiles.StartAsync(cluster: options => options.Time = index => index == 0 ? wrong : time);
        var options = new StoreOptions { Id = FileId.New(time) };
        await Assert.ThrowsAsync<IOException>(() => cluster[1].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(20 * Segment), new IOException("gone")), options));

        wrong.Advance(2 * Abandoned);
        await cluster.SettleAsync();

        Assert.That(await cluster[0].Running.Collector.CollectAsync(CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task Id_that_is_too_old_is_refused_for_a_new_file_and_finds_the_file_that_was_stored_in_time([Values(10, 3 * Segment)] int length)
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var content = LargeFiles.Content(length);
        var (inTime, late) = (new StoreOptions { Id = FileId.New(time) }, new StoreOptions { Id = FileId.New(time) });
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content), inTime);

        time.Advance((Abandoned / 2) + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();

        Assert.That(await cluster[1].Files.StoreAsync(new MemoryStream(content), inTime), Is.EqualTo(stored with { Copies = 2 }));
        await Assert.ThrowsAsync<FileConflictException>(() => cluster[1].Files.StoreAsync(new MemoryStream(LargeFiles.Content(length, seed: 2)), inTime));
        await Assert.ThrowsAsync<FileIdExpiredException>(() => cluster[1].Files.StoreAsync(new MemoryStream(content), late));
        Assert.That(cluster.Machines.Select(machine => machine.Store.Find(late.Id!.Value)), Is.All.Null);
    }

    [Test]
    public async Task Late_retry_of_what_never_reached_the_quorum_is_not_acknowledged([Values(10, 3 * Segment)] int length)
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var content = LargeFiles.Content(length);
        var options = new StoreOptions { Id = FileId.New(time) };
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
            exchange.Request.Head.Span[1] == (byte)Operation.Store && exchange.Request.BodyLength < Segment ? throw exchange.Lost("the record") : exchange.DeliverAsync(exchange.Request, cancellationToken);
        await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].Files.StoreAsync(new MemoryStream(content), options));
        cluster.Network.Interceptor = null;
        time.Advance((Abandoned / 2) + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();

        var thrown = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].Files.StoreAsync(new MemoryStream(content), options));

        Assert.That((thrown!.File, thrown.Copies, thrown.Needed), Is.EqualTo((options.Id, 1, 2)));
    }

    [Test]
    public async Task Id_of_the_future_is_refused_for_a_new_file()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var (ahead, nearly) = (FileId.New(new FakeTimeProvider(Begin.AddDays(1).AddSeconds(1))), FileId.New(new FakeTimeProvider(Begin.AddHours(23))));

        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(new MemoryStream([1]), new StoreOptions { Id = ahead }));
        await cluster[0].Files.StoreAsync(new MemoryStream([1]), new StoreOptions { Id = nearly });

        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Holder_whose_clock_says_that_an_id_is_too_old_takes_no_new_replica_of_it()
    {
        var (time, ahead) = (new FakeTimeProvider(Begin), new FakeTimeProvider(Begin + Abandoned));
        await using var cluster = await LargeFiles.StartAsync(cluster: options => options.Time = index => index == 2 ? ahead : time);

        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(3 * Segment)));

        Assert.That((stored.Copies, cluster[2].Store.Usage.Replicas), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Store_that_ran_longer_than_an_id_may_live_fails()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await StartAsync(time);
        var content = new Slow(LargeFiles.Content(10), () => time.Advance((Abandoned / 2) + TimeSpan.FromSeconds(1)));

        await Assert.ThrowsAsync<FileIdExpiredException>(() => cluster[0].Files.StoreAsync(content));

        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    private static Task<LightDfsTestCluster> StartAsync(FakeTimeProvider time) => LargeFiles.StartAsync(cluster: options => options.Time = _ => time);

    private sealed class Slow(byte[] content, Action pass) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            pass();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
