namespace LightDfs.Testing.Storage;

/// <summary>The kinds of calls to a disk, for failing some of them.</summary>
internal enum DiskCall
{
    Exists,
    CreateDirectory,
    List,
    Rename,
    Delete,
    FlushDirectory,
    CreateNew,
    OpenRead,
    SpaceOf,
    Lock,
    Append,
    FlushFile,
    Read,
}
