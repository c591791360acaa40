namespace LightDfs;

/// <summary>A file is longer than can be stored. Nothing of it was stored.</summary>
public sealed class FileTooLargeException(long limit)
    : LightDfsException($"The file is longer than {limit} bytes, the most that a list of segments has room for; a larger SegmentSize makes more room. Nothing of it was stored.")
{
    /// <summary>Longest file that can be stored, in bytes: the square of <see cref="LightDfsOptions.SegmentSize"/>, divided by 32.</summary>
    public long Limit { get; } = limit;
}
