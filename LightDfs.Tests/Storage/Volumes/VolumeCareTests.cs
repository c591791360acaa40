using LightDfs.Diagnostics;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Whatever goes wrong while volumes are compacted is told, and compacting goes on later.</summary>
public sealed class VolumeCareTests
{
    private const string Root = "/data/dfs";
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Error_that_nobody_thought_of_ends_nothing_for_good()
    {
        using var log = new LogRecorder();
        var disk = new OddDisk();
        await using var store = new FileReplicaStore(disk, Root, 0, _time, log.CreateLogger("test"), new PackingSettings(5000, 20_000));
        await store.OpenAsync();
        for (var number = 1; number <= 6; number++)
        {
            await PutAsync(store, number);
        }
        await store.RestAsync();
        var before = Volumes(disk);

        disk.Thrown = new InvalidOperationException("nobody thought of this");
        for (var number = 1; number <= 3; number++)
        {
            await store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await store.RestAsync();
        var (trouble, told) = (store.Usage.Trouble, log.Of(LogEvents.VolumeCareFailed).Count);
        disk.Thrown = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        await store.DeleteAsync(TestReplica.Id(4), DateTimeOffset.UnixEpoch);
        await store.RestAsync();

        Assert.That(trouble, Does.Contain("are not compacted").And.Contain("nobody thought of this"));
        Assert.That(told, Is.EqualTo(1), "it does not spin");
        Assert.That(store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(disk), Does.Not.Contain(before[0]));
    }

    /// <summary>It may be the only copy, and be read another time.</summary>
    [Test]
    public async Task Volume_of_which_something_cannot_be_read_is_kept_until_it_can()
    {
        using var log = new LogRecorder();
        var disk = new OddDisk();
        await using var store = new FileReplicaStore(disk, Root, 0, _time, log.CreateLogger("test"), new PackingSettings(5000, 20_000));
        await store.OpenAsync();
        for (var number = 1; number <= 6; number++)
        {
            await PutAsync(store, number);
        }
        await store.RestAsync();
        var before = Volumes(disk);

        disk.Thrown = new StorageException(StorageFailure.Failing, "Simulated: a sector.");
        for (var number = 1; number <= 2; number++)
        {
            await store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await store.RestAsync();

        Assert.That(store.Usage.Trouble, Does.Contain("are not compacted").And.Contain("so it is kept"));
        Assert.That(log.Of(LogEvents.VolumeEntryUnreadable), Is.Not.Empty);
        Assert.That(Volumes(disk), Does.Contain(before[0]));
        Assert.That(store.Find(TestReplica.Id(4))!.Value.State, Is.EqualTo(ReplicaState.Damaged), "another machine's copy takes its place");

        disk.Thrown = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        await store.DeleteAsync(TestReplica.Id(3), DateTimeOffset.UnixEpoch);
        await store.RestAsync();

        Assert.That(store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(disk), Does.Not.Contain(before[0]));
        var content = new byte[4000];
        await using var reader = await store.OpenReplicaAsync(TestReplica.Id(4));
        await reader!.ReadAsync(0, content);
        Assert.That(content, Is.EqualTo(TestReplica.Of(4000, 4).Content));
    }

    private static List<string> Volumes(OddDisk disk) => [.. disk.Inner.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(".volume", StringComparison.Ordinal))];

    private static async Task PutAsync(FileReplicaStore store, int number)
    {
        var replica = TestReplica.Of(4000, number);
        await using var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>A disk that throws what it is told to at the reading of volumes.</summary>
    private sealed class OddDisk : IDisk
    {
        public SimulatedDisk Inner { get; } = new();

        public Exception? Thrown { get; set; }

        public bool DirectoryExists(string path) => Inner.DirectoryExists(path);

        public bool FileExists(string path) => Inner.FileExists(path);

        public void CreateDirectory(string path) => Inner.CreateDirectory(path);

        public IReadOnlyList<string> FilesIn(string path) => Inner.FilesIn(path);

        public IReadOnlyList<string> DirectoriesIn(string path) => Inner.DirectoriesIn(path);

        public void Rename(string from, string to) => Inner.Rename(from, to);

        public void Delete(string path) => Inner.Delete(path);

        public void FlushDirectory(string path) => Inner.FlushDirectory(path);

        public void FlushFile(string path) => Inner.FlushFile(path);

        public IDiskWriter CreateNew(string path) => Inner.CreateNew(path);

        public IDiskReader? OpenRead(string path, bool atRandom = false) => Inner.OpenRead(path, atRandom) is not { } file ? null : path.EndsWith(".volume", StringComparison.Ordinal) ? new Reader(this, file) : file;

        public DiskSpace SpaceOf(string path) => Inner.SpaceOf(path);

        public IDisposable Lock(string path) => Inner.Lock(path);

        private sealed class Reader(OddDisk disk, IDiskReader file) : IDiskReader
        {
            public long Length => file.Length;

            public int Read(long offset, Span<byte> buffer) => disk.Thrown is { } thrown ? throw thrown : file.Read(offset, buffer);

            public void Dispose() => file.Dispose();
        }
    }
}
