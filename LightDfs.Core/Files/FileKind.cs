namespace LightDfs.Files;

/// <summary>What a <see cref="FileId"/> names.</summary>
internal enum FileKind
{
    /// <summary>A file that a caller can open.</summary>
    File = 0,

    /// <summary>A piece of a large file.</summary>
    Segment = 1,
}
