using LightDfs.Storage;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class FileReplicaStoreFailureTests
{
    private const string Root = "/data/dfs";
    private const long MiB = 1024 * 1024;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestReplica Replica = TestReplica.Of(Pages.Size + 100);
    private readonly FakeTimeProvider _time = new();
    private SimulatedDisk _disk = null!;
    private FileReplicaStore _store = null!;

    [SetUp]
    public async Task OpenStore()
    {
        _disk = new SimulatedDisk();
        _store = Make(0);
        await _store.OpenAsync();
        await PutAsync(1, Replica);
        await _store.DeleteAsync(TestReplica.Id(2), Noon);
    }

    [TearDown]
    public async Task DisposeStore() => await _store.DisposeAsync();

    [TestCase(nameof(DiskCall.FlushFile))]
    [TestCase(nameof(DiskCall.FlushDirectory))]
    public async Task Store_after_a_failed_flush_takes_and_confirms_nothing_but_reads(string flush)
    {
        await using var begun = await _store.BeginAsync(TestReplica.Id(4), Replica.Record);
        _disk.Fail(Enum.Parse<DiskCall>(flush), StorageFailure.Failing);

        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(3, Replica));
        Assert.That(_store.Find(TestReplica.Id(3)), Is.Null);
        Assert.That(_store.Usage.Failure, Does.Contain("restart").And.Contain(flush));

        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(1, Replica));
        await AssertFailsAsync(StorageFailure.Failing, async () => await begun.AppendAsync(new byte[1]));
        await AssertFailsAsync(StorageFailure.Failing, async () => await _store.DeleteAsync(TestReplica.Id(1), Noon));
        await AssertFailsAsync(StorageFailure.Failing, async () => await _store.DeleteAsync(TestReplica.Id(2), Noon));
        await AssertFailsAsync(StorageFailure.Failing, async () => await _store.SaveDocumentAsync("doc", new byte[1]));
        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));

        await ReopenAsync(_disk);
        Assert.That(await PutAsync(3, Replica), Is.EqualTo(CommitOutcome.Stored).Or.EqualTo(CommitOutcome.AlreadyStored));
    }

    [Test]
    public async Task Write_that_was_ready_when_another_flush_failed_is_not_confirmed()
    {
        await using var ready = await _store.BeginAsync(TestReplica.Id(1), Replica.Record);
        await ready.AppendAsync(Replica.Content);
        _disk.Fail(DiskCall.FlushFile, StorageFailure.Failing);
        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(3, Replica));

        await AssertFailsAsync(StorageFailure.Failing, async () => await ready.CommitAsync());
    }

    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.ReadOnly)]
    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.Full)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Full)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Failing)]
    [TestCase(nameof(DiskCall.Rename), StorageFailure.ReadOnly)]
    [TestCase(nameof(DiskCall.CreateDirectory), StorageFailure.Full)]
    public async Task Failed_write_leaves_nothing_and_the_store_goes_on(string call, StorageFailure failure)
    {
        _disk.Fail(Enum.Parse<DiskCall>(call), failure);

        await AssertFailsAsync(failure, () => PutAsync(3, Replica));

        Assert.That(_store.Find(TestReplica.Id(3)), Is.Null);
        Assert.That(_disk.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(_store.Usage.Failure, Is.Null);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PutAsync(3, Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_record_the_disk_cannot_read_is_damaged_and_is_replaced()
    {
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);

        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await _store.OpenReplicaAsync(TestReplica.Id(1)));

        Assert.That(_store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await PutAsync(1, Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_content_the_disk_cannot_read_is_damaged_like_one_that_reads_wrong()
    {
        await using var reader = await _store.OpenReplicaAsync(TestReplica.Id(1));
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);

        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await reader!.ReadAsync(0, new byte[100]));

        Assert.That(_store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await PutAsync(1, Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_file_cannot_be_opened_now_is_not_damaged()
    {
        _disk.Fail(DiskCall.OpenRead, StorageFailure.Failing);

        await AssertFailsAsync(StorageFailure.Failing, async () => await _store.OpenReplicaAsync(TestReplica.Id(1)));

        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));
    }

    [Test]
    public async Task Failed_tombstone_leaves_the_replica()
    {
        _disk.Fail(DiskCall.Rename, StorageFailure.ReadOnly);

        await AssertFailsAsync(StorageFailure.ReadOnly, async () => await _store.DeleteAsync(TestReplica.Id(1), Noon));

        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));
    }

    [Test]
    public async Task Tombstone_counts_when_the_replica_cannot_be_removed_and_wins_at_the_next_open()
    {
        _disk.Fail(DiskCall.Delete, StorageFailure.Failing);
        await _store.DeleteAsync(TestReplica.Id(1), Noon);
        var path = new ReplicaPaths(Root).ReplicaOf(TestReplica.Id(1));
        Assert.That(_disk.FileExists(path));
        Assert.That(_store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Deleted));

        await ReopenAsync(_disk);

        Assert.That(_store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Deleted));
        Assert.That(_disk.FileExists(path), Is.False);
    }

    [Test]
    public async Task Failed_document_leaves_the_former_one()
    {
        await _store.SaveDocumentAsync("doc", new byte[] { 1 });
        _disk.Fail(DiskCall.Append, StorageFailure.Full);

        await AssertFailsAsync(StorageFailure.Full, async () => await _store.SaveDocumentAsync("doc", new byte[] { 2 }));

        Assert.That((await _store.LoadDocumentAsync("doc"))?.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Damaged_document_is_an_error_that_names_its_path()
    {
        await _store.SaveDocumentAsync("doc", new byte[] { 1, 2, 3 });
        _disk.Flip($"{Root}/documents/doc", 33);

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(async () => await _store.LoadDocumentAsync("doc"));

        Assert.That(thrown!.Message, Does.Contain("documents").And.Contain("backup"));
    }

    [Test]
    public async Task Reserve_is_kept_from_replicas_begun_together_but_not_from_tombstones()
    {
        _disk.Capacity = 200 * MiB;
        await ReopenAsync(_disk, reserve: 190 * MiB);
        var big = TestReplica.Of((int)(6 * MiB));
        await using var first = await _store.BeginAsync(TestReplica.Id(5), big.Record);

        await AssertFailsAsync(StorageFailure.Full, async () => await _store.BeginAsync(TestReplica.Id(6), big.Record));

        await first.DisposeAsync();
        await using var second = await _store.BeginAsync(TestReplica.Id(6), big.Record);
        await second.AppendAsync(big.Content);
        Assert.That(await second.CommitAsync(), Is.EqualTo(CommitOutcome.Stored));
        await AssertFailsAsync(StorageFailure.Full, async () => await _store.BeginAsync(TestReplica.Id(7), big.Record));
        await _store.DeleteAsync(TestReplica.Id(7), Noon);
        Assert.That(_store.Find(TestReplica.Id(7))?.State, Is.EqualTo(ReplicaState.Deleted));
        Assert.That(_store.Usage.Failure, Is.Null);
    }

    [Test]
    public async Task Store_calls_itself_full_before_the_reserve_is_touched()
    {
        _disk.Capacity = 300 * MiB;
        await ReopenAsync(_disk, reserve: 100 * MiB);
        Assert.That(_store.Usage.IsFull, Is.False);
        Assert.That(_store.Usage.FreeBytes, Is.InRange(199 * MiB, 200 * MiB));

        _disk.Capacity = 160 * MiB;
        Assert.That(_store.Usage.IsFull, Is.False, "asked within the second");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_store.Usage.IsFull);
        Assert.That(await PutAsync(5, Replica), Is.EqualTo(CommitOutcome.Stored));

        _disk.Capacity = 50 * MiB;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((_store.Usage.FreeBytes, _store.Usage.IsFull), Is.EqualTo((0L, true)));
    }

    [Test]
    public async Task Free_space_is_asked_at_most_once_a_second_and_follows_what_is_written()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var free = _store.Usage.FreeBytes;
        var asked = _disk.SpaceCalls;

        await PutAsync(5, Replica);

        Assert.That(free - _store.Usage.FreeBytes, Is.InRange(Replica.Content.Length, Replica.Content.Length + 1000));
        Assert.That(_disk.SpaceCalls, Is.EqualTo(asked));
        _time.Advance(TimeSpan.FromSeconds(1));
        _ = _store.Usage;
        Assert.That(_disk.SpaceCalls, Is.EqualTo(asked + 1));
    }

    [TestCase(10_000, 100 * 1024)]
    [TestCase(50, 1024)]
    [TestCase(20, 1024)]
    [TestCase(10, 512)]
    public void Default_reserve_is_one_percent_at_least_one_gib_or_five_percent_of_a_small_disk(long gib, long reserveMiB) =>
        Assert.That(SpaceGauge.DefaultReserveOf(gib * 1024 * MiB), Is.EqualTo(reserveMiB * MiB));

    [Test]
    public async Task Disk_that_runs_full_in_spite_of_the_reserve_is_full_and_goes_on_when_there_is_room()
    {
        var big = TestReplica.Of((int)(2 * MiB));
        await using var writer = await _store.BeginAsync(TestReplica.Id(5), big.Record);
        _disk.Capacity = MiB;

        await AssertFailsAsync(StorageFailure.Full, async () => await writer.AppendAsync(big.Content));
        await writer.DisposeAsync();

        Assert.That(_disk.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(_store.Usage.IsFull);
        _disk.Capacity = 1L << 40;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PutAsync(5, big), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Leftovers_of_a_killed_run_are_removed_when_the_store_opens()
    {
        await using var unfinished = await _store.BeginAsync(TestReplica.Id(5), Replica.Record);
        await unfinished.AppendAsync(Replica.Content);
        var killed = _disk.AfterKill();
        Assert.That(killed.FilesIn(Root + "/temp"), Has.Count.EqualTo(1));

        await ReopenAsync(killed);

        Assert.That(killed.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(_store.Find(TestReplica.Id(5)), Is.Null);
    }

    [Test]
    public async Task Writer_that_outlives_its_store_stores_nothing()
    {
        await using var writer = await _store.BeginAsync(TestReplica.Id(5), Replica.Record);
        await writer.AppendAsync(Replica.Content);
        await _store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.CommitAsync());

        await ReopenAsync(_disk);
        Assert.That(_store.Find(TestReplica.Id(5)), Is.Null);
    }

    [Test]
    public async Task Second_store_of_one_directory_is_kept_out()
    {
        await using var second = Make(0);

        await AssertFailsAsync(StorageFailure.InUse, async () => await second.OpenAsync());

        await _store.DisposeAsync();
        await second.OpenAsync();
        Assert.That(second.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Store_not_opened_is_misuse()
    {
        await using var store = new FileReplicaStore(new SimulatedDisk(), Root, 0, _time, NullLogger.Instance);

        Assert.That(() => store.Find(TestReplica.Id(1)), Throws.InvalidOperationException);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.BeginAsync(TestReplica.Id(1), Replica.Record));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _store.OpenAsync());
    }

    private FileReplicaStore Make(long reserve) => new(_disk, Root, reserve, _time, NullLogger.Instance);

    private static async Task AssertFailsAsync(StorageFailure failure, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<StorageException>(action);
        Assert.That(thrown!.Failure, Is.EqualTo(failure), thrown.Message);
    }

    private async Task ReopenAsync(SimulatedDisk disk, long reserve = 0)
    {
        await _store.DisposeAsync();
        _disk = disk;
        _store = Make(reserve);
        await _store.OpenAsync();
    }

    private async Task<CommitOutcome> PutAsync(int number, TestReplica replica)
    {
        await using var writer = await _store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        return await writer.CommitAsync();
    }

    private async Task<byte[]> ReadAsync(int number)
    {
        await using var reader = await _store.OpenReplicaAsync(TestReplica.Id(number));
        var content = new byte[reader!.Record.Length];
        await reader.ReadAsync(0, content);
        return content;
    }
}
