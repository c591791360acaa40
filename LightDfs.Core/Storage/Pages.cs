using System.IO.Hashing;

namespace LightDfs.Storage;

/// <summary>Contents are verified in pages. Their size and checksum (XxHash3, 64 bits, seed 0) are part of the formats on disk and wire.</summary>
public static class Pages
{
    /// <summary>Bytes of a page; the last page of a content is shorter.</summary>
    public const int Size = 64 * 1024;

    /// <summary>Number of pages of a content.</summary>
    public static int CountOf(long length) => checked((int)((length + Size - 1) / Size));

    /// <summary>The checksum of each page of a content that is there as a whole.</summary>
    internal static ulong[] ChecksumsOf(ReadOnlySpan<byte> content)
    {
        var checksums = new ulong[CountOf(content.Length)];
        for (var page = 0; page < checksums.Length; page++)
        {
            checksums[page] = XxHash3.HashToUInt64(content.Slice(page * Size, Math.Min(Size, content.Length - (page * Size))));
        }
        return checksums;
    }
}
