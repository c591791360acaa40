using Microsoft.Win32.SafeHandles;

namespace LightDfs.Storage.Disks;

/// <summary>The disk of this machine.</summary>
internal sealed class PhysicalDisk : IDisk
{
    // Readers must not stop a file from being replaced or deleted; on Windows only this says so.
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public bool FileExists(string path) => File.Exists(path);

    public void CreateDirectory(string path) => Try(DiskErrors.MakingDirectory, path, () => Directory.CreateDirectory(path));

    public IReadOnlyList<string> FilesIn(string path) => Try("list", path, () => Names(Directory.EnumerateFiles(path)));

    public IReadOnlyList<string> DirectoriesIn(string path) => Try("list", path, () => Names(Directory.EnumerateDirectories(path)));

    public void Rename(string from, string to) => Try("rename to", to, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void Delete(string path) => Try("delete", path, () =>
    {
        File.Delete(path);
        return true;
    });

    public void FlushDirectory(string path) => NativeDisk.FlushDirectory(path);

    public IDiskWriter CreateNew(string path) =>
        Try("create", path, () => new Writer(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, Shared), path));

    public IDiskReader? OpenRead(string path, bool atRandom = false) => Try("open", path, () =>
    {
        try
        {
            return new Reader(File.OpenHandle(path, FileMode.Open, FileAccess.Read, Shared, atRandom ? FileOptions.RandomAccess : FileOptions.None), path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public void FlushFile(string path) => Try("flush", path, () =>
    {
        // Windows flushes only what is opened for writing.
        using var handle = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read, Shared);
        NativeDisk.FlushFile(handle, path);
        return true;
    });

    public DiskSpace SpaceOf(string path) => OperatingSystem.IsWindows()
        ? NativeDisk.WindowsSpaceOf(path)
        : Try("ask for the free space of", path, () =>
        {
            var drive = new DriveInfo(path);
            return new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
        });

    public IDisposable Lock(string path) => Try("lock", path, () =>
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException cause) when (DiskErrors.IsSharingViolation(cause))
        {
            throw DiskErrors.Make(StorageFailure.InUse, "lock", path, "another process, or another store of this one, uses this data directory", cause);
        }
    });

    private static T Try<T>(string doing, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DiskErrors.From(cause, doing, path);
        }
    }

    private static string[] Names(IEnumerable<string> paths)
    {
        var names = paths.Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private sealed class Writer(SafeFileHandle handle, string path) : IDiskWriter
    {
        private long _length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(handle, bytes, _length);
                _length += bytes.Length;
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw DiskErrors.From(cause, "write", path);
            }
        }

        public void Flush() => Try("flush", path, () =>
        {
            NativeDisk.FlushFile(handle, path);
            return true;
        });

        public void Dispose() => handle.Dispose();
    }

    private sealed class Reader(SafeFileHandle handle, string path) : IDiskReader
    {
        public long Length => Try("read", path, () => RandomAccess.GetLength(handle));

        public int Read(long offset, Span<byte> buffer)
        {
            try
            {
                var done = 0;
                while (done < buffer.Length)
                {
                    var read = RandomAccess.Read(handle, buffer[done..], offset + done);
                    if (read == 0)
                    {
                        break;
                    }
                    done += read;
                }
                return done;
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw DiskErrors.From(cause, "read", path);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
