using LightDfs.Storage.Disks;

namespace LightDfs.Simulation.Plants;

/// <summary>A disk that does what another one does, but for its flushes.</summary>
internal abstract class DiskDecorator(IDisk inner) : IDisk
{
    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public bool FileExists(string path) => inner.FileExists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public IReadOnlyList<string> FilesIn(string path) => inner.FilesIn(path);

    public IReadOnlyList<string> DirectoriesIn(string path) => inner.DirectoriesIn(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void FlushDirectory(string path) => Flush(() => inner.FlushDirectory(path));

    public IDiskWriter CreateNew(string path) => new Writer(this, inner.CreateNew(path));

    public IDiskReader? OpenRead(string path) => inner.OpenRead(path);

    public void FlushFile(string path) => Flush(() => inner.FlushFile(path));

    public DiskSpace SpaceOf(string path) => inner.SpaceOf(path);

    public IDisposable Lock(string path) => inner.Lock(path);

    protected abstract void Flush(Action flush);

    private sealed class Writer(DiskDecorator disk, IDiskWriter inner) : IDiskWriter
    {
        public void Append(ReadOnlySpan<byte> bytes) => inner.Append(bytes);

        public void Flush() => disk.Flush(inner.Flush);

        public void Dispose() => inner.Dispose();
    }
}
