namespace LightDfs.Storage.Disks;

/// <summary>
/// What the storage needs of a disk, and no more, so that a simulated twin can lose and tear what was not flushed. Thread-safe. Blocking.
/// Everything that goes wrong is a <see cref="StorageException"/> that names the path.
/// </summary>
internal interface IDisk : IDiskNames
{
    /// <summary>Makes a new file for writing; one of this name is a failure.</summary>
    IDiskWriter CreateNew(string path);

    /// <summary>Opens a file for reading; <see langword="null"/> when there is none. It stays readable when it is deleted or replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="atRandom">True where reads jump about, so that nothing is to be read ahead.</param>
    IDiskReader? OpenRead(string path, bool atRandom = false);

    /// <summary>Makes the content of a file durable, whoever wrote it.</summary>
    void FlushFile(string path);

    /// <summary>Size of, and free space on, the disk that holds a path.</summary>
    DiskSpace SpaceOf(string path);

    /// <summary>Makes this file, if need be, and keeps every other holder out until the answer is disposed.</summary>
    /// <exception cref="StorageException">In use by another instance or process, among the rest.</exception>
    IDisposable Lock(string path);
}

/// <summary>Bytes of a disk: all of them, and those that this process may still write.</summary>
internal readonly record struct DiskSpace(long Total, long Free);
