using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Files;

namespace LightDfs.Storage;

/// <summary>
/// The last <see cref="Size"/> bytes of a replica's file. The file is: content; page checksums, 8 bytes little-endian each; the record's encoding; this footer.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>0, 8 bytes</term><description>magic, ASCII "LDFSREPL"</description></item>
/// <item><term>8, 4 bytes</term><description>format, 2, little-endian</description></item>
/// <item><term>12, 4 bytes</term><description>length of the record's encoding, little-endian</description></item>
/// <item><term>16, 16 bytes</term><description>file id, big-endian</description></item>
/// <item><term>32, 16 bytes</term><description>version, big-endian</description></item>
/// <item><term>48, 8 bytes</term><description>length of the content, little-endian</description></item>
/// <item><term>56, 8 bytes</term><description>XxHash3 (seed 0) of page checksums and record, little-endian</description></item>
/// <item><term>64, 8 bytes</term><description>when the file expires, Unix milliseconds, little-endian; 0 for never</description></item>
/// <item><term>72, 8 bytes</term><description>XxHash3 (seed 0) of the 72 bytes before, little-endian</description></item>
/// </list>
/// </remarks>
internal readonly record struct ReplicaFooter(FileId Id, UInt128 Version, long ContentLength, int RecordLength, ulong TrailerChecksum, DateTimeOffset? ExpiresAt)
{
    public const int Size = 80;
    private const int Format = 2;

    /// <summary>Longest content: its page checksums fit into one array of bytes.</summary>
    public const long MaxContentLength = (long)Pages.Size * (1 << 27);

    private static ReadOnlySpan<byte> Magic => "LDFSREPL"u8;

    /// <summary>Bytes of page checksums and record, between content and footer.</summary>
    public int TrailerLength => (Pages.CountOf(ContentLength) * sizeof(ulong)) + RecordLength;

    /// <summary>Bytes of the whole file.</summary>
    public static long FileLengthOf(long contentLength, int recordLength) =>
        contentLength + ((long)Pages.CountOf(contentLength) * sizeof(ulong)) + recordLength + Size;

    public void Encode(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Format);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], RecordLength);
        BinaryPrimitives.WriteUInt128BigEndian(to[16..], Id.Value);
        BinaryPrimitives.WriteUInt128BigEndian(to[32..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], ContentLength);
        BinaryPrimitives.WriteUInt64LittleEndian(to[56..], TrailerChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], ExpiresAt?.ToUnixTimeMilliseconds() ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[72..], XxHash3.HashToUInt64(to[..72]));
    }

    /// <summary>Reads what <see cref="Encode"/> wrote at the end of a file of this length; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, long fileLength, out ReplicaFooter footer)
    {
        footer = default;
        if (bytes.Length != Size
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Format
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[72..]) != XxHash3.HashToUInt64(bytes[..72]))
        {
            return false;
        }
        var recordLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var contentLength = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]);
        var expiry = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]);
        if (recordLength is < 0 or > FileRecord.MaxEncodedLength
            || contentLength is < 0 or > MaxContentLength
            || expiry < 0 || expiry > FileRecord.LatestExpiry
            || FileLengthOf(contentLength, recordLength) != fileLength)
        {
            return false;
        }
        footer = new ReplicaFooter(
            new FileId(BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[32..]),
            contentLength,
            recordLength,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]),
            expiry == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expiry));
        return true;
    }
}
