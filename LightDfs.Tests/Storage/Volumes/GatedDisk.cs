using LightDfs.Storage.Disks;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>A disk whose first flush of a volume waits until it is let through.</summary>
internal sealed class GatedDisk(SimulatedDisk inner) : IDisk
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();
    private int _flushes;

    public SimulatedDisk Inner => inner;

    /// <summary>Flushes of files so far.</summary>
    public int Flushes => Volatile.Read(ref _flushes);

    public void Open() => _open.Set();

    /// <summary>Puts number 0, whose flush waits at the gate, and then so many others, which wait behind it.</summary>
    public async Task<(Task First, IReadOnlyList<Task> Others)> HoldUpAsync(Func<int, Task> put, int others)
    {
        var first = Task.Run(() => put(0));
        await _reached.Task;
        return (first, [.. Enumerable.Range(1, others).Select(put)]);
    }

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public bool FileExists(string path) => inner.FileExists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public IReadOnlyList<string> FilesIn(string path) => inner.FilesIn(path);

    public IReadOnlyList<string> DirectoriesIn(string path) => inner.DirectoriesIn(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void FlushDirectory(string path) => inner.FlushDirectory(path);

    public void FlushFile(string path)
    {
        Interlocked.Increment(ref _flushes);
        inner.FlushFile(path);
    }

    public IDiskWriter CreateNew(string path) => new Writer(this, inner.CreateNew(path));

    public IDiskReader? OpenRead(string path, bool atRandom = false) => inner.OpenRead(path, atRandom);

    public DiskSpace SpaceOf(string path) => inner.SpaceOf(path);

    public IDisposable Lock(string path) => inner.Lock(path);

    private sealed class Writer(GatedDisk disk, IDiskWriter file) : IDiskWriter
    {
        public void Append(ReadOnlySpan<byte> bytes) => file.Append(bytes);

        public void Flush()
        {
            Interlocked.Increment(ref disk._flushes);
            disk._reached.TrySetResult();
            disk._open.Wait();
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
