using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Testing.Storage;

internal sealed partial class SimulatedDisk
{
    public bool DirectoryExists(string path) => Call(DiskCall.Exists, path, () => Node(path) is SimulatedDirectory);

    public bool FileExists(string path) => Call(DiskCall.Exists, path, () => Node(path) is SimulatedFile);

    public void CreateDirectory(string path) => Call(DiskCall.CreateDirectory, path, () =>
    {
        var (parent, name) = Place(path);
        if (parent[name] is null)
        {
            parent.Set(name, new SimulatedDirectory());
        }
        return true;
    });

    public IReadOnlyList<string> FilesIn(string path) => NamesIn<SimulatedFile>(path);

    public IReadOnlyList<string> DirectoriesIn(string path) => NamesIn<SimulatedDirectory>(path);

    public void Rename(string from, string to) => Call(DiskCall.Rename, to, () =>
    {
        var file = FileAt(from);
        var (oldParent, oldName) = Place(from);
        var (newParent, newName) = Place(to);
        newParent.Set(newName, file);
        oldParent.Set(oldName, null);
        _renames.RemoveAll(rename => rename.File == file || Place(rename.To) is var (parent, name) && parent.IsDurable(name));
        _renames.Add((file, from, to));
        return true;
    });

    public void Delete(string path) => Call(DiskCall.Delete, path, () =>
    {
        var (parent, name) = Place(path);
        if (parent[name] is SimulatedFile)
        {
            parent.Set(name, null);
        }
        return true;
    });

    public void FlushDirectory(string path) => Call(DiskCall.FlushDirectory, path, () =>
    {
        if (!SkipDirectoryFlushes)
        {
            DirectoryAt(path).Flush();
        }
        return true;
    });

    public IDiskWriter CreateNew(string path) => Call(DiskCall.CreateNew, path, () =>
    {
        var (parent, name) = Place(path);
        if (parent[name] is not null)
        {
            throw new StorageException(StorageFailure.Failing, $"Simulated: '{path}' is there already.");
        }
        var file = new SimulatedFile();
        parent.Set(name, file);
        return new Writer(this, file, path);
    });

    public IDiskReader? OpenRead(string path, bool atRandom = false) => Call(DiskCall.OpenRead, path, () => Node(path) is SimulatedFile file ? new Reader(this, file, path) : null);

    public void FlushFile(string path) => Call(DiskCall.FlushFile, path, () =>
    {
        if (!SkipFileFlushes)
        {
            FileAt(path).Flush();
        }
        return true;
    });

    public DiskSpace SpaceOf(string path) => Call(DiskCall.SpaceOf, path, () =>
    {
        SpaceCalls++;
        return new DiskSpace(Capacity, Math.Max(0, Capacity - Used()));
    });

    public IDisposable Lock(string path) => Call(DiskCall.Lock, path, () =>
    {
        var (parent, name) = Place(path);
        if (parent[name] is null)
        {
            parent.Set(name, new SimulatedFile());
        }
        return _locks.Add(path) ? new Held(this, path) : throw new StorageException(StorageFailure.InUse, $"Simulated: '{path}' is locked.");
    });

    private string[] NamesIn<T>(string path) =>
        Call(DiskCall.List, path, () => DirectoryAt(path).Names.Where(entry => entry.Value is T).Select(entry => entry.Key).ToArray());

    private T Call<T>(DiskCall call, string path, Func<T> action)
    {
        lock (_lock)
        {
            Enter(call, path);
            return action();
        }
    }

    private sealed class Writer(SimulatedDisk disk, SimulatedFile file, string path) : IDiskWriter
    {
        private int _position;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            lock (disk._lock)
            {
                disk.Enter(DiskCall.Append, path);
                var room = disk.Capacity - disk.Used();
                if (bytes.Length > room)
                {
                    file.Write(_position, bytes[..(int)Math.Max(0, room)]);
                    throw new StorageException(StorageFailure.Full, $"Simulated: no space for '{path}'.");
                }
                file.Write(_position, bytes);
                _position += bytes.Length;
            }
        }

        public void Flush() => disk.Call(DiskCall.FlushFile, path, () =>
        {
            if (!disk.SkipFileFlushes)
            {
                file.Flush();
            }
            return true;
        });

        public void Dispose()
        {
        }
    }

    private sealed class Reader : IDiskReader
    {
        private readonly SimulatedDisk _disk;
        private readonly SimulatedFile _file;
        private readonly string _path;
        private bool _isDisposed;

        /// <summary>Under the disk's lock.</summary>
        public Reader(SimulatedDisk disk, SimulatedFile file, string path)
        {
            (_disk, _file, _path) = (disk, file, path);
            disk._readers.Add(this);
        }

        public string Path => _path;

        public long Length
        {
            get
            {
                lock (_disk._lock)
                {
                    ObjectDisposedException.ThrowIf(_isDisposed, this);
                    return _file.Length;
                }
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            lock (_disk._lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                _disk.Enter(DiskCall.Read, _path);
                _disk.ReadCalls++;
                var count = (int)Math.Clamp(_file.Length - offset, 0, buffer.Length);
                if (count > 0)
                {
                    _file.Bytes.Slice((int)offset, count).CopyTo(buffer);
                }
                return count;
            }
        }

        public void Dispose()
        {
            lock (_disk._lock)
            {
                _isDisposed = true;
                _disk._readers.Remove(this);
            }
        }
    }

    private sealed class Held(SimulatedDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._lock)
            {
                disk._locks.Remove(path);
            }
        }
    }
}
