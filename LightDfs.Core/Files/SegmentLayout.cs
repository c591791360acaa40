using LightDfs.Storage;

namespace LightDfs.Files;

/// <summary>How a large file is cut into segments.</summary>
/// <param name="SegmentLength">Bytes of each segment, a multiple of <see cref="Pages.Size"/>; the last one may be shorter.</param>
/// <param name="ListChecksum">XxHash128 (seed 0) of the list of segments, which the file's replica holds.</param>
public readonly record struct SegmentLayout(int SegmentLength, UInt128 ListChecksum)
{
    /// <summary>Bytes that one segment takes in the list: its id, then the XxHash128 of its content, both big-endian.</summary>
    internal const int EntryLength = FileId.Length + 16;

    /// <summary>Bytes of the list of a file's segments.</summary>
    internal static long ListLengthOf(long length, int segmentLength) => CountOf(length, segmentLength) * EntryLength;

    /// <summary>Segments of a file.</summary>
    internal static long CountOf(long length, int segmentLength) => (length / segmentLength) + (length % segmentLength == 0 ? 0 : 1);

    /// <summary>Longest file whose list fits into one segment: a replica is never longer.</summary>
    internal static long LongestFile(int segmentLength) => (long)segmentLength / EntryLength * segmentLength;

    /// <summary>True for a cut that a store may have made: at least two segments, whole pages, and a list that is one replica.</summary>
    internal static bool IsPossible(long length, int segmentLength) =>
        segmentLength > 0 && segmentLength % Pages.Size == 0 && length > segmentLength && length <= LongestFile(segmentLength);
}
