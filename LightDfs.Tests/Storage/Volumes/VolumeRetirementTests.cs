using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>A volume that is compacted away is read on by whoever has a replica of it open, and closed when the last of them lets go: not earlier, and not never.</summary>
public sealed class VolumeRetirementTests
{
    /// <summary>Two pages, and more than is read ahead when a replica is opened: what is read later comes from the volume.</summary>
    private const int Length = Pages.Size + 30_000;
    private static readonly PackingSettings Packing = new(2 * Length, 4 * Length);
    private static readonly FileId Kept = TestReplica.Id(1);
    private static readonly TestReplica Replica = TestReplica.Of(Length, 1);

    [Test]
    public async Task Reader_reads_on_from_a_volume_that_is_gone_which_is_closed_when_it_lets_go()
    {
        var disk = new SimulatedDisk();
        await using var store = await FilledAsync(disk, "/data/dfs");
        var volume = VolumeFiles.ContentOf(disk, "/data/dfs", Kept).Path;
        var reader = (await store.OpenReplicaAsync(Kept))!;
        Assert.That(await ReadAsync(reader, 0, Pages.Size), Is.EqualTo(Replica.Content[..Pages.Size]));

        await CompactAsync(store);

        Assert.That(disk.FileExists(volume), Is.False, "it was not compacted");
        Assert.That(disk.ReadersOf(volume), Is.EqualTo(1), "closed too early");
        Assert.That(await ReadAsync(reader, 0, Length), Is.EqualTo(Replica.Content));
        Assert.That(await ReadAsync(reader, Pages.Size, 30_000), Is.EqualTo(Replica.Content[Pages.Size..]));

        await reader.DisposeAsync();

        Assert.That(disk.ReadersOf(volume), Is.Zero, "never closed");
        Assert.That(store.Find(Kept)?.State, Is.EqualTo(ReplicaState.Present));
    }

    /// <summary>Each of them counts once, however often it is disposed.</summary>
    [Test]
    public async Task Last_of_several_readers_closes_the_volume_whichever_it_is([Values(0, 1, 2)] int last)
    {
        var disk = new SimulatedDisk();
        await using var store = await FilledAsync(disk, "/data/dfs");
        var volume = VolumeFiles.ContentOf(disk, "/data/dfs", Kept).Path;
        var readers = new List<IReplicaReader>();
        for (var number = 0; number < 3; number++)
        {
            readers.Add((await store.OpenReplicaAsync(Kept))!);
        }
        await CompactAsync(store);
        await using var later = (await store.OpenReplicaAsync(Kept))!;

        foreach (var reader in readers.Where(reader => reader != readers[last]))
        {
            await reader.DisposeAsync();
            await reader.DisposeAsync();
            Assert.That(disk.ReadersOf(volume), Is.EqualTo(1), "closed too early");
            Assert.That(await ReadAsync(readers[last], 0, Length), Is.EqualTo(Replica.Content));
        }
        await readers[last].DisposeAsync();

        Assert.That(disk.ReadersOf(volume), Is.Zero, "never closed");
        Assert.That(await ReadAsync(later, 0, Length), Is.EqualTo(Replica.Content), "it lies elsewhere now");
    }

    [Test]
    public async Task Volume_that_nobody_reads_is_closed_when_it_is_compacted_away()
    {
        var disk = new SimulatedDisk();
        await using var store = await FilledAsync(disk, "/data/dfs");
        var volume = VolumeFiles.ContentOf(disk, "/data/dfs", Kept).Path;
        await (await store.OpenReplicaAsync(Kept))!.DisposeAsync();
        Assert.That(disk.ReadersOf(volume), Is.EqualTo(1), "the store itself keeps it open");

        await CompactAsync(store);

        Assert.That(disk.ReadersOf(volume), Is.Zero);
    }

    [Test]
    public async Task Store_that_is_closed_closes_its_volumes_but_what_is_still_read([Values] bool isCompacted)
    {
        var disk = new SimulatedDisk();
        await using var store = await FilledAsync(disk, "/data/dfs");
        var volume = VolumeFiles.ContentOf(disk, "/data/dfs", Kept).Path;
        var reader = (await store.OpenReplicaAsync(Kept))!;
        if (isCompacted)
        {
            await CompactAsync(store);
        }
        var others = disk.PeekNames("/data/dfs/volumes").Select(name => "/data/dfs/volumes/" + name).Where(path => path != volume).ToList();

        await store.DisposeAsync();

        Assert.That(others.Sum(disk.ReadersOf), Is.Zero);
        Assert.That(disk.ReadersOf(volume), Is.EqualTo(1));
        await reader.DisposeAsync();
        Assert.That(disk.ReadersOf(volume), Is.Zero);
    }

    /// <summary>What cannot be opened keeps nothing open either.</summary>
    [Test]
    public async Task Replica_that_cannot_be_opened_does_not_keep_its_volume_open()
    {
        var disk = new SimulatedDisk();
        await using var store = await FilledAsync(disk, "/data/dfs");
        var volume = VolumeFiles.ContentOf(disk, "/data/dfs", Kept).Path;
        disk.Fail(DiskCall.Read, StorageFailure.Failing);
        await Assert.ThrowsAsync<ReplicaDamagedException>(() => store.OpenReplicaAsync(Kept).AsTask());

        await CompactAsync(store);

        Assert.That(disk.FileExists(volume), Is.False, "it was not compacted");
        Assert.That(disk.ReadersOf(volume), Is.Zero);
    }

    [Test]
    public async Task On_a_real_disk_too_the_volume_is_read_on_and_closed_with_its_last_reader()
    {
        using var directory = new TempDirectory();
        var disk = new PhysicalDisk();
        await using var store = await FilledAsync(disk, directory.Path);
        var volume = VolumeFiles.ContentOf(disk, directory.Path, Kept).Path;
        var (first, last) = ((await store.OpenReplicaAsync(Kept))!, (await store.OpenReplicaAsync(Kept))!);

        await CompactAsync(store);
        await first.DisposeAsync();

        AssertHandles(volume, 1);
        Assert.That(await ReadAsync(last, 0, Length), Is.EqualTo(Replica.Content));
        await last.DisposeAsync();
        AssertHandles(volume, 0);
        Assert.That(File.Exists(volume), Is.False);
        // Not even a name that waits for its last handle, as Windows may leave it: else the directory could not go.
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(volume)!), Does.Not.Contain(volume));
    }

    /// <summary>Files 0 to 2 in the volume that it is about, which is sealed, and 3 in the next.</summary>
    private static async Task<FileReplicaStore> FilledAsync(IDisk disk, string root)
    {
        var store = new FileReplicaStore(disk, root, 0, null, NullLogger.Instance, Packing);
        await store.OpenAsync();
        for (var number = 0; number < 4; number++)
        {
            var replica = TestReplica.Of(Length, number);
            await using var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record);
            await writer.AppendAsync(replica.Content);
            Assert.That(await writer.CommitAsync(), Is.EqualTo(CommitOutcome.Stored));
        }
        await store.RestAsync();
        return store;
    }

    /// <summary>Deletes most of the first volume, and waits until the rest of it lies elsewhere.</summary>
    private static async Task CompactAsync(FileReplicaStore store)
    {
        await store.DeleteAsync(TestReplica.Id(0), DateTimeOffset.UnixEpoch);
        await store.DeleteAsync(TestReplica.Id(2), DateTimeOffset.UnixEpoch);
        await store.RestAsync();
    }

    private static async Task<byte[]> ReadAsync(IReplicaReader reader, long offset, int count)
    {
        var read = new byte[count];
        Assert.That(await reader.ReadAsync(offset, read), Is.EqualTo(count));
        return read;
    }

    /// <summary>Only Linux says which files a process has open, also those that are deleted.</summary>
    private static void AssertHandles(string path, int expected)
    {
        if (OperatingSystem.IsLinux())
        {
            var open = Directory.GetFiles("/proc/self/fd").Select(handle => new FileInfo(handle).LinkTarget).Count(target => target?.StartsWith(path, StringComparison.Ordinal) == true);
            Assert.That(open, Is.EqualTo(expected));
        }
    }
}
