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

        disk.IsOdd = true;
        for (var number = 1; number <= 3; number++)
        {
            await store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await store.RestAsync();
        var (trouble, told) = (store.Usage.Trouble, log.Of(LogEvents.VolumeCareFailed).Count);
        disk.IsOdd = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        await store.DeleteAsync(TestReplica.Id(4), DateTimeOffset.UnixEpoch);
        await store.RestAsync();

        Assert.That(trouble, Does.Contain("are not compacted").And.Contain("nobody thought of this"));
        Assert.That(told, Is.EqualTo(1), "it does not spin");
        Assert.That(store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(disk), Does.Not.Contain(before[0]));
    }

    private static List<string> Volumes(OddDisk disk) => [.. disk.Inner.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(".volume", StringComparison.Ordinal))];

    private static async Task PutAsync(FileReplicaStore store, int number)
    {
        var replica = TestReplica.Of(4000, number);
        await using var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>A disk that, when it is odd, throws at the reading of volumes what no disk should.</summary>
    private sealed class OddDisk : IDisk
    {
        public SimulatedDisk Inner { get; } = new();

        public bool IsOdd { get; set; }

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

        public IDiskReader? OpenRead(string path, bool atRandom = false) => Inner.OpenRead(path, atRandom) is { } file ? new Reader(this, file) : null;

        public DiskSpace SpaceOf(string path) => Inner.SpaceOf(path);

        public IDisposable Lock(string path) => Inner.Lock(path);

        private sealed class Reader(OddDisk disk, IDiskReader file) : IDiskReader
        {
            public long Length => file.Length;

            public int Read(long offset, Span<byte> buffer) => disk.IsOdd ? throw new InvalidOperationException("nobody thought of this") : file.Read(offset, buffer);

            public void Dispose() => file.Dispose();
        }
    }
}
