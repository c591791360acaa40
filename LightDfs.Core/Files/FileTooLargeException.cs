namespace LightDfs;

/// <summary>A file is longer than can be stored. Nothing of it was stored.</summary>
public sealed class FileTooLargeException(long limit)
    : LightDfsException($"The file is longer than {limit} bytes, one segment (option SegmentSize), which is the longest that this version stores. Nothing of it was stored.")
{
    /// <summary>Longest file that can be stored, in bytes.</summary>
    public long Limit { get; } = limit;
}
