using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>A disk some of whose reads of volumes and checkpoints throw.</summary>
internal sealed class OddDisk(SimulatedDisk inner) : IDisk
{
    private volatile Func<string, long, int, Exception?>? _failure;

    public static Exception Sector => new StorageException(StorageFailure.Failing, "Simulated: a sector.");

    public SimulatedDisk Inner { get; } = inner;

    /// <summary>What opening a file for reading throws; <see langword="null"/> when it does not.</summary>
    public Func<string, Exception?>? OpenFailure { get; set; }

    /// <summary>From now on, asks for each read of a path, from an offset on, of so many bytes, what it throws; <see langword="null"/> for nothing.</summary>
    public void FailAt(Func<string, long, int, Exception?>? failure) => _failure = failure;

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

    public IDiskReader? OpenRead(string path, bool atRandom = false)
    {
        if (OpenFailure?.Invoke(path) is { } failure)
        {
            throw failure;
        }
        var isWatched = path.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal) || path.EndsWith(ReplicaPaths.CheckpointSuffix, StringComparison.Ordinal);
        return Inner.OpenRead(path, atRandom) is { } file ? isWatched ? new Reader(this, path, file) : file : null;
    }

    public DiskSpace SpaceOf(string path) => Inner.SpaceOf(path);

    public IDisposable Lock(string path) => Inner.Lock(path);

    private sealed class Reader(OddDisk disk, string path, IDiskReader file) : IDiskReader
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => disk._failure?.Invoke(path, offset, buffer.Length) is { } failure ? throw failure : file.Read(offset, buffer);

        public void Dispose() => file.Dispose();
    }
}
