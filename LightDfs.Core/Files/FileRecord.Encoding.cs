using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LightDfs.Files;

public sealed partial record FileRecord
{
    /// <summary>Longest encoding, in bytes.</summary>
    public const int MaxEncodedLength = FixedLength + SegmentsLength + ParentLength + Sha256Length + ExpiryLength + 2 + MaxFileNameBytes + 2 + MaxContentTypeBytes;

    internal const byte Format = 1;
    private const int FixedLength = 4 + 8 + 16;
    private const int SegmentsLength = 4 + 16;
    private const int ParentLength = FileId.Length;
    private const int Sha256Length = 32;
    private const int ExpiryLength = 8;
    private const ushort Absent = ushort.MaxValue;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Segments = 1,
        Parent = 2,
        Sha256 = 4,
        Expiry = 8,
        All = Segments | Parent | Sha256 | Expiry,
    }

    /// <summary>
    /// The encoding: format (1 byte), which parts follow (1; 1 segments, 2 parent, 4 SHA-256, 8 expiry), two zero bytes, length (8), checksum (16); then those parts: segment length (4)
    /// and checksum of the segment list (16); parent (16); SHA-256 (32); expiry in Unix milliseconds, at least 1 (8). Then name and type, each a 2-byte length (65,535 for none) and UTF-8.
    /// Integers are little-endian; checksums and ids are big-endian.
    /// </summary>
    public byte[] Encode()
    {
        var parts = (Segments is null ? 0 : Parts.Segments) | (Parent is null ? 0 : Parts.Parent) | (Sha256 is null ? 0 : Parts.Sha256) | (ExpiresAt is null ? 0 : Parts.Expiry);
        var name = FileName is null ? 0 : Utf8.GetByteCount(FileName);
        var type = ContentType is null ? 0 : Utf8.GetByteCount(ContentType);
        var bytes = new byte[FixedLength + LengthOf(parts) + 2 + name + 2 + type];
        bytes[0] = Format;
        bytes[1] = (byte)parts;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), Length);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(12), Checksum);
        var at = FixedLength;
        if (Segments is { } layout)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), layout.SegmentLength);
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at + 4), layout.ListChecksum);
            at += SegmentsLength;
        }
        if (Parent is { } parent)
        {
            parent.WriteBytes(bytes.AsSpan(at));
            at += ParentLength;
        }
        if (Sha256 is { } sha256)
        {
            Convert.FromHexString(sha256, bytes.AsSpan(at, Sha256Length), out _, out _);
            at += Sha256Length;
        }
        if (ExpiresAt is { } expiry)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), expiry.ToUnixTimeMilliseconds());
            at += ExpiryLength;
        }
        at = WriteText(bytes, at, FileName, name);
        WriteText(bytes, at, ContentType, type);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FileRecord? record)
    {
        record = null;
        if (bytes.Length is < FixedLength + 4 or > MaxEncodedLength || bytes[0] != Format || bytes[1] > (byte)Parts.All || bytes[2] != 0 || bytes[3] != 0)
        {
            return false;
        }
        var parts = (Parts)bytes[1];
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]);
        var at = FixedLength;
        if (length < 0
            || bytes.Length - at < LengthOf(parts)
            || !TryReadSegments(bytes, ref at, parts, length, out var segments)
            || !TryReadParent(bytes, ref at, parts, out var parent))
        {
            return false;
        }
        var sha256 = (parts & Parts.Sha256) != 0 ? Convert.ToHexStringLower(bytes.Slice(at, Sha256Length)) : null;
        at += sha256 is null ? 0 : Sha256Length;
        if (!TryReadExpiry(bytes, ref at, parts, out var expiry)
            || !TryReadText(bytes, ref at, MaxFileNameBytes, out var name)
            || !TryReadText(bytes, ref at, MaxContentTypeBytes, out var type)
            || at != bytes.Length)
        {
            return false;
        }
        record = new FileRecord
        {
            Length = length,
            Checksum = BinaryPrimitives.ReadUInt128BigEndian(bytes[12..]),
            Segments = segments,
            Parent = parent,
            Sha256 = sha256,
            ExpiresAt = expiry,
            FileName = name,
            ContentType = type,
        };
        return true;
    }

    private static int LengthOf(Parts parts) =>
        ((parts & Parts.Segments) != 0 ? SegmentsLength : 0) + ((parts & Parts.Parent) != 0 ? ParentLength : 0) + ((parts & Parts.Sha256) != 0 ? Sha256Length : 0)
        + ((parts & Parts.Expiry) != 0 ? ExpiryLength : 0);

    private static bool TryReadSegments(ReadOnlySpan<byte> bytes, ref int at, Parts parts, long length, out SegmentLayout? segments)
    {
        segments = null;
        if ((parts & Parts.Segments) == 0)
        {
            return true;
        }
        var segmentLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
        if (!SegmentLayout.IsPossible(length, segmentLength))
        {
            return false;
        }
        segments = new SegmentLayout(segmentLength, BinaryPrimitives.ReadUInt128BigEndian(bytes[(at + 4)..]));
        at += SegmentsLength;
        return true;
    }

    private static bool TryReadParent(ReadOnlySpan<byte> bytes, ref int at, Parts parts, out FileId? parent)
    {
        parent = null;
        if ((parts & Parts.Parent) == 0)
        {
            return true;
        }
        var isFile = FileId.TryReadBytes(bytes[at..], out var id) && id.Kind == FileKind.File;
        parent = id;
        at += ParentLength;
        return isFile;
    }

    private static bool TryReadExpiry(ReadOnlySpan<byte> bytes, ref int at, Parts parts, out DateTimeOffset? expiry)
    {
        expiry = null;
        if ((parts & Parts.Expiry) == 0)
        {
            return true;
        }
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
        at += ExpiryLength;
        if (milliseconds < 1 || milliseconds > LatestExpiry)
        {
            return false;
        }
        expiry = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }

    private static int WriteText(byte[] bytes, int at, string? text, int count)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), text is null ? Absent : (ushort)count);
        if (text is not null)
        {
            Utf8.GetBytes(text, bytes.AsSpan(at + 2));
        }
        return at + 2 + count;
    }

    private static bool TryReadText(ReadOnlySpan<byte> bytes, ref int at, int max, out string? text)
    {
        text = null;
        if (bytes.Length - at < 2)
        {
            return false;
        }
        var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        at += 2;
        if (count == Absent)
        {
            return true;
        }
        if (count > max || bytes.Length - at < count)
        {
            return false;
        }
        try
        {
            text = Utf8.GetString(bytes.Slice(at, count));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        at += count;
        return true;
    }
}
