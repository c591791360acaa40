using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>What a store does when its disk fails: one that packs nothing, and one that packs all but <see cref="FailingStore.Large"/>.</summary>
[TestFixture(0)]
[TestFixture(1024 * 1024)]
public sealed class FileReplicaStoreFailureTests(int packedBelow) : FailingStore(packedBelow)
{
    [TestCase(nameof(DiskCall.FlushFile))]
    [TestCase(nameof(DiskCall.FlushDirectory))]
    public async Task Store_after_a_failed_flush_takes_and_confirms_nothing_but_reads(string flush)
    {
        // So that the next put makes a new volume, whose directory is flushed.
        await ReopenAsync(Disk);
        await using var begun = await Store.BeginAsync(TestReplica.Id(4), Replica.Record);
        Disk.Fail(Enum.Parse<DiskCall>(flush), StorageFailure.Failing);

        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(3, Replica));
        Assert.That(Store.Find(TestReplica.Id(3)), Is.Null);
        Assert.That(Store.Usage.Failure, Does.Contain("restart").And.Contain(flush));

        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(1, Replica));
        await AssertFailsAsync(StorageFailure.Failing, async () => await begun.AppendAsync(new byte[1]));
        await AssertFailsAsync(StorageFailure.Failing, async () => await Store.DeleteAsync(TestReplica.Id(1), Noon));
        await AssertFailsAsync(StorageFailure.Failing, async () => await Store.DeleteAsync(TestReplica.Id(2), Noon));
        await AssertFailsAsync(StorageFailure.Failing, async () => await Store.SaveDocumentAsync("doc", new byte[1]));
        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));

        await ReopenAsync(Disk);
        Assert.That(await PutAsync(3, Replica), Is.EqualTo(CommitOutcome.Stored).Or.EqualTo(CommitOutcome.AlreadyStored));
    }

    [Test]
    public async Task Write_that_was_ready_when_another_flush_failed_is_not_confirmed()
    {
        await using var ready = await Store.BeginAsync(TestReplica.Id(1), Replica.Record);
        await ready.AppendAsync(Replica.Content);
        Disk.Fail(DiskCall.FlushFile, StorageFailure.Failing);
        await AssertFailsAsync(StorageFailure.Failing, () => PutAsync(3, Replica));

        await AssertFailsAsync(StorageFailure.Failing, async () => await ready.CommitAsync());
    }

    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.ReadOnly)]
    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.Full)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Full)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Failing)]
    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.ReadOnly, true)]
    [TestCase(nameof(DiskCall.CreateNew), StorageFailure.Full, true)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Full, true)]
    [TestCase(nameof(DiskCall.Append), StorageFailure.Failing, true)]
    [TestCase(nameof(DiskCall.Rename), StorageFailure.ReadOnly, true)]
    [TestCase(nameof(DiskCall.CreateDirectory), StorageFailure.Full, true)]
    public async Task Failed_write_leaves_nothing_and_the_store_goes_on(string call, StorageFailure failure, bool isLarge = false)
    {
        var replica = isLarge ? Large : Replica;
        // So that the next put makes a new volume.
        await ReopenAsync(Disk);
        Disk.Fail(Enum.Parse<DiskCall>(call), failure);

        await AssertFailsAsync(failure, () => PutAsync(3, replica));
        await Store.RestAsync();

        Assert.That(Store.Find(TestReplica.Id(3)), Is.Null);
        Assert.That(Disk.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(Store.Usage.Failure, Is.Null);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PutAsync(3, replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_record_theDisk_cannot_read_is_damaged_and_is_replaced()
    {
        Disk.Fail(DiskCall.Read, StorageFailure.Failing);

        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await Store.OpenReplicaAsync(TestReplica.Id(1)));

        Assert.That(Store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await PutAsync(1, Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_content_theDisk_cannot_read_is_damaged_like_one_that_reads_wrong()
    {
        await using var reader = await Store.OpenReplicaAsync(TestReplica.Id(1));
        Disk.Fail(DiskCall.Read, StorageFailure.Failing);

        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await reader!.ReadAsync(0, new byte[100]));

        Assert.That(Store.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await PutAsync(1, Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_whose_file_cannot_be_opened_now_is_not_damaged()
    {
        await PutAsync(4, Large);
        Disk.Fail(DiskCall.OpenRead, StorageFailure.Failing);

        await AssertFailsAsync(StorageFailure.Failing, async () => await Store.OpenReplicaAsync(TestReplica.Id(4)));

        Assert.That(await ReadAsync(4), Is.EqualTo(Large.Content));
    }

    [Test]
    public async Task Failed_tombstone_leaves_the_replica()
    {
        Disk.Fail(IsPacked ? DiskCall.Append : DiskCall.Rename, StorageFailure.ReadOnly);

        await AssertFailsAsync(StorageFailure.ReadOnly, async () => await Store.DeleteAsync(TestReplica.Id(1), Noon));

        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));
        await ReopenAsync(Disk);
        Assert.That(await ReadAsync(1), Is.EqualTo(Replica.Content));
    }

    [Test]
    public async Task Tombstone_counts_when_the_replica_cannot_be_removed_and_wins_at_the_next_open()
    {
        await PutAsync(4, Large);
        Disk.Fail(DiskCall.Delete, StorageFailure.Failing);
        await Store.DeleteAsync(TestReplica.Id(4), Noon);
        var path = new ReplicaPaths(Root).ReplicaOf(TestReplica.Id(4));
        Assert.That(Disk.FileExists(path));
        Assert.That(Store.Find(TestReplica.Id(4))?.State, Is.EqualTo(ReplicaState.Deleted));

        await ReopenAsync(Disk);

        Assert.That(Store.Find(TestReplica.Id(4))?.State, Is.EqualTo(ReplicaState.Deleted));
        Assert.That(Disk.FileExists(path), Is.False);
    }

    [Test]
    public async Task Failed_document_leaves_the_former_one()
    {
        await Store.SaveDocumentAsync("doc", new byte[] { 1 });
        Disk.Fail(DiskCall.Append, StorageFailure.Full);

        await AssertFailsAsync(StorageFailure.Full, async () => await Store.SaveDocumentAsync("doc", new byte[] { 2 }));

        Assert.That((await Store.LoadDocumentAsync("doc"))?.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Damaged_document_is_an_error_that_names_its_path()
    {
        await Store.SaveDocumentAsync("doc", new byte[] { 1, 2, 3 });
        Disk.Flip($"{Root}/documents/doc", 33);

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(async () => await Store.LoadDocumentAsync("doc"));

        Assert.That(thrown!.Message, Does.Contain("documents").And.Contain("backup"));
    }

    [Test]
    public async Task Leftovers_of_a_killed_run_are_removed_when_theStore_opens()
    {
        await using var unfinished = await Store.BeginAsync(TestReplica.Id(5), Replica.Record);
        await unfinished.AppendAsync(Replica.Content);
        await using var large = await Store.BeginAsync(TestReplica.Id(6), Large.Record);
        await large.AppendAsync(Large.Content);
        var killed = Disk.AfterKill();
        Assert.That(killed.FilesIn(Root + "/temp"), Has.Count.EqualTo(IsPacked ? 1 : 2), "what is to be packed is in memory");

        await ReopenAsync(killed);

        Assert.That(killed.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(Store.Find(TestReplica.Id(5)), Is.Null);
        Assert.That(Store.Find(TestReplica.Id(6)), Is.Null);
    }

    [Test]
    public async Task Writer_that_outlives_itsStoreStores_nothing()
    {
        await using var writer = await Store.BeginAsync(TestReplica.Id(5), Replica.Record);
        await writer.AppendAsync(Replica.Content);
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.CommitAsync());

        await ReopenAsync(Disk);
        Assert.That(Store.Find(TestReplica.Id(5)), Is.Null);
    }

    [Test]
    public async Task SecondStore_of_one_directory_is_kept_out()
    {
        await using var second = Make(0);

        await AssertFailsAsync(StorageFailure.InUse, async () => await second.OpenAsync());

        await Store.DisposeAsync();
        await second.OpenAsync();
        Assert.That(second.Find(TestReplica.Id(1))?.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Store_not_opened_is_misuse()
    {
        await using var store = Make(0, new SimulatedDisk());

        Assert.That(() => store.Find(TestReplica.Id(1)), Throws.InvalidOperationException);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.BeginAsync(TestReplica.Id(1), Replica.Record));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Store.OpenAsync());
    }
}
