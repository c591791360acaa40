using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>Bit rot anywhere in the files of a store on the real disk.</summary>
public sealed class FileReplicaStoreDamageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestReplica Replica = TestReplica.Of(Pages.Size + 100);
    private static readonly FileId Id = TestReplica.Id(1);
    private TempDirectory _directory = null!;
    private FileReplicaStore _store = null!;

    private string ReplicaPath => new ReplicaPaths(_directory.Path).ReplicaOf(Id);

    [SetUp]
    public async Task OpenStore()
    {
        _directory = new TempDirectory();
        await ReopenAsync();
        await PutAsync(Replica);
    }

    [TearDown]
    public async Task DisposeStore()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Bit_flipped_anywhere_is_found_by_verifying()
    {
        var length = new FileInfo(ReplicaPath).Length;
        var random = new Random(6);
        for (var number = 0; number < 60; number++)
        {
            var offset = number < 30 ? length - 1 - random.Next(170) : random.NextInt64(length);
            Flip(ReplicaPath, offset);
            await ReopenAsync();

            Assert.That((await _store.VerifyAsync(Id))?.State, Is.EqualTo(ReplicaState.Damaged), $"offset {offset}");

            Flip(ReplicaPath, offset);
            await ReopenAsync();
            Assert.That((await _store.VerifyAsync(Id))?.State, Is.EqualTo(ReplicaState.Present));
        }
    }

    [Test]
    public async Task Damaged_footer_is_found_when_the_store_opens_and_replaced_by_any_version()
    {
        Flip(ReplicaPath, new FileInfo(ReplicaPath).Length - 70);
        await ReopenAsync();

        Assert.That(_store.Find(Id), Is.EqualTo(new ReplicaStamp(Id, ReplicaState.Damaged, 0, 0, default)));
        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await _store.OpenReplicaAsync(Id));

        Assert.That(await PutAsync(TestReplica.Of(5, 9)), Is.EqualTo(CommitOutcome.Stored));
        Assert.That((await _store.VerifyAsync(Id))?.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Damaged_record_is_found_when_the_replica_is_opened()
    {
        Flip(ReplicaPath, new FileInfo(ReplicaPath).Length - ReplicaFooter.Size - 1);
        await ReopenAsync();
        Assert.That(_store.Find(Id)?.State, Is.EqualTo(ReplicaState.Present));

        var thrown = await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await _store.OpenReplicaAsync(Id));

        Assert.That(thrown!.Message, Does.Contain(ReplicaPath));
        Assert.That(_store.Find(Id), Is.EqualTo(new ReplicaStamp(Id, ReplicaState.Damaged, Replica.Record.Version, Replica.Content.Length, default)));
    }

    [TestCase(0)]
    [TestCase(71)]
    [TestCase(1000)]
    public async Task Cut_file_is_damaged_and_does_not_stop_the_start(int length)
    {
        using (var file = File.OpenWrite(ReplicaPath))
        {
            file.SetLength(length);
        }
        await ReopenAsync();

        Assert.That(_store.Find(Id)?.State, Is.EqualTo(ReplicaState.Damaged));
    }

    [Test]
    public async Task File_that_vanished_is_damaged_and_not_absent()
    {
        File.Delete(ReplicaPath);

        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await _store.OpenReplicaAsync(Id));

        Assert.That(_store.Find(Id)?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await PutAsync(Replica), Is.EqualTo(CommitOutcome.Stored));
    }

    [Test]
    public async Task Replica_under_the_name_of_another_is_damaged()
    {
        var other = new ReplicaPaths(_directory.Path).ReplicaOf(TestReplica.Id(2));
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.Copy(ReplicaPath, other);
        await ReopenAsync();

        Assert.That(_store.Find(TestReplica.Id(2))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(_store.Find(Id)?.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Damaged_tombstone_still_says_deleted()
    {
        await _store.DeleteAsync(Id, Noon);
        Flip(new ReplicaPaths(_directory.Path).TombstoneOf(Id), 35);
        await ReopenAsync();

        Assert.That(_store.Find(Id)?.State, Is.EqualTo(ReplicaState.Deleted));
        Assert.That(_store.Find(Id)?.DeletedAt, Is.GreaterThan(Noon));
    }

    [Test]
    public async Task Foreign_files_are_left_alone()
    {
        var foreign = Path.Combine(Path.GetDirectoryName(ReplicaPath)!, "notes.txt");
        await File.WriteAllTextAsync(foreign, "mine");
        await ReopenAsync();

        Assert.That(_store.List(null, 10), Has.Count.EqualTo(1));
        Assert.That(File.Exists(foreign));
    }

    [Test]
    public async Task Second_store_of_one_directory_is_kept_out()
    {
        await using var second = Make();

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await second.OpenAsync());

        Assert.That(thrown!.Failure, Is.EqualTo(StorageFailure.InUse));
        Assert.That(thrown.Message, Does.Contain(Path.Combine(_directory.Path, "lock")));
        Assert.That(await PutAsync(TestReplica.Of(Pages.Size + 100)), Is.EqualTo(CommitOutcome.AlreadyStored));
    }

    [Test]
    public async Task Directory_that_cannot_be_made_is_an_error_that_names_it()
    {
        var inTheWay = Path.Combine(_directory.Path, "lock", "data");
        await using var store = new FileReplicaStore(inTheWay, null, null, NullLogger<FileReplicaStore>.Instance);

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await store.OpenAsync());

        Assert.That(thrown!.Message, Does.Contain(Path.Combine(_directory.Path, "lock")));
    }

    [Test]
    public void Usage_on_a_real_disk_knows_its_free_space() => Assert.That(_store.Usage.FreeBytes, Is.InRange(1, long.MaxValue - 1));

    private static void Flip(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 4));
    }

    private FileReplicaStore Make() => new(new PhysicalDisk(), _directory.Path, 0, null, NullLogger.Instance);

    private async Task ReopenAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
        _store = Make();
        await _store.OpenAsync();
    }

    private async Task<CommitOutcome> PutAsync(TestReplica replica)
    {
        await using var writer = await _store.BeginAsync(Id, replica.Record);
        await writer.AppendAsync(replica.Content);
        return await writer.CommitAsync();
    }
}
