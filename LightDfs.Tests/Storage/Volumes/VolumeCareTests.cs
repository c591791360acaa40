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

    private LogRecorder _log = null!;
    private OddDisk _disk = null!;
    private FileReplicaStore _store = null!;
    private string _first = null!;

    /// <summary>A volume with files 1 to 4, and one with 5 and 6.</summary>
    [SetUp]
    public async Task SetUp()
    {
        (_log, _disk) = (new LogRecorder(), new OddDisk());
        _store = new FileReplicaStore(_disk, Root, 0, _time, _log.CreateLogger("test"), new PackingSettings(5000, 20_000));
        await _store.OpenAsync();
        for (var number = 1; number <= 6; number++)
        {
            await PutAsync(number);
        }
        await _store.RestAsync();
        _first = Volumes()[0];
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        _log.Dispose();
    }

    [Test]
    public async Task Error_that_nobody_thought_of_ends_nothing_for_good()
    {
        _disk.Thrown = new InvalidOperationException("nobody thought of this");
        await DeleteAsync(1, 2, 3);
        var (trouble, told) = (_store.Usage.Trouble, _log.Of(LogEvents.VolumeCareFailed).Count);
        _disk.Thrown = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        await DeleteAsync(4);

        Assert.That(trouble, Does.Contain("are not compacted").And.Contain("nobody thought of this"));
        Assert.That(told, Is.EqualTo(1), "it does not spin");
        Assert.That(_store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(), Does.Not.Contain(_first));
    }

    /// <summary>It may be the only copy, and be read another time.</summary>
    [Test]
    public async Task Volume_of_which_something_cannot_be_read_is_kept_until_it_can()
    {
        _disk.Thrown = new StorageException(StorageFailure.Failing, "Simulated: a sector.");
        await DeleteAsync(1, 2);

        Assert.That(_store.Usage.Trouble, Does.Contain("are not compacted").And.Contain("so it is kept"));
        Assert.That(_log.Of(LogEvents.VolumeEntryUnreadable), Is.Not.Empty);
        Assert.That(Volumes(), Does.Contain(_first));
        Assert.That(_store.Find(TestReplica.Id(4))!.Value.State, Is.EqualTo(ReplicaState.Damaged), "another machine's copy takes its place");

        _disk.Thrown = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        await DeleteAsync(3);

        Assert.That(_store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(), Does.Not.Contain(_first));
        var content = new byte[4000];
        await using var reader = await _store.OpenReplicaAsync(TestReplica.Id(4));
        await reader!.ReadAsync(0, content);
        Assert.That(content, Is.EqualTo(TestReplica.Of(4000, 4).Content));
    }

    private List<string> Volumes() => [.. _disk.Inner.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(".volume", StringComparison.Ordinal))];

    private async Task PutAsync(int number)
    {
        var replica = TestReplica.Of(4000, number);
        await using var writer = await _store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>Deletes files, and waits for the compacting that this sets off.</summary>
    private async Task DeleteAsync(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await _store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await _store.RestAsync();
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
