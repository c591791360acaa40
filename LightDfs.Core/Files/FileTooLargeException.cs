namespace LightDfs;

/// <summary>A file is longer than can be stored. It does not exist; segments of it that went ahead under a caller's id are collected.</summary>
public sealed class FileTooLargeException(long limit)
    : LightDfsException($"The file is longer than {limit} bytes, the most that a list of segments has room for; a larger SegmentSize makes more room. The file does not exist.")
{
    /// <summary>Longest file that can be stored, in bytes: the square of <see cref="LightDfsOptions.SegmentSize"/>, divided by 32.</summary>
    public long Limit { get; } = limit;
}
