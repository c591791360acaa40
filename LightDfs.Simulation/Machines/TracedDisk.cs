using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Simulation.Machines;

/// <summary>A disk whose changes, and failures, are part of the trace; names that appear, and what is about to go or to be appended, are shown to the checks.</summary>
internal sealed class TracedDisk(IDisk inner, Action<string> note, Action<string> published, Action<string> deleting, Action<string, ReadOnlyMemory<byte>> appending) : IDisk
{
    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public bool FileExists(string path) => inner.FileExists(path);

    public void CreateDirectory(string path) => Call("mkdir", path, () => inner.CreateDirectory(path));

    public IReadOnlyList<string> FilesIn(string path) => inner.FilesIn(path);

    public IReadOnlyList<string> DirectoriesIn(string path) => inner.DirectoriesIn(path);

    public void Rename(string from, string to)
    {
        Call("rename", to, () => inner.Rename(from, to));
        published(to);
    }

    public void Delete(string path)
    {
        deleting(path);
        Call("delete", path, () => inner.Delete(path));
    }

    public void FlushDirectory(string path) => Call("flush", path, () => inner.FlushDirectory(path));

    public IDiskWriter CreateNew(string path)
    {
        IDiskWriter? writer = null;
        Call("create", path, () => writer = inner.CreateNew(path));
        return new Writer(this, writer!, path);
    }

    public IDiskReader? OpenRead(string path, bool atRandom = false)
    {
        IDiskReader? reader = null;
        Call("open", path, () => reader = inner.OpenRead(path, atRandom));
        return reader;
    }

    public void FlushFile(string path) => Call("flush", path, () => inner.FlushFile(path));

    public DiskSpace SpaceOf(string path) => inner.SpaceOf(path);

    public IDisposable Lock(string path) => inner.Lock(path);

    private void Call(string name, string path, Action action)
    {
        note($"{name} {path}");
        try
        {
            action();
        }
        catch (StorageException cause)
        {
            note($"{name} {path} fails: {cause.Failure}");
            throw;
        }
    }

    private sealed class Writer(TracedDisk disk, IDiskWriter inner, string path) : IDiskWriter
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            disk.TraceAppend(path, bytes);
            inner.Append(bytes);
        }

        public void Flush() => disk.Call("fsync", path, inner.Flush);

        public void Dispose() => inner.Dispose();
    }

    private void TraceAppend(string path, ReadOnlySpan<byte> bytes)
    {
        note($"append {path} {bytes.Length}");
        appending(path, bytes.ToArray());
    }
}
