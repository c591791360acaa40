using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace LightDfs.Files;

/// <summary>
/// What a replica says of its content. Holds nothing that depends on machine or moment, so equal contents under one id make equal records.
/// </summary>
public sealed record FileRecord
{
    /// <summary>Longest encoding, in bytes.</summary>
    public const int MaxEncodedLength = 4 + 8 + 16 + 2 + MaxFileNameBytes + 2 + MaxContentTypeBytes;

    /// <summary>Longest <see cref="FileName"/>, in bytes of UTF-8.</summary>
    public const int MaxFileNameBytes = 4096;

    /// <summary>Longest <see cref="ContentType"/>, in bytes of UTF-8.</summary>
    public const int MaxContentTypeBytes = 512;

    private const byte Format = 1;
    private const ushort Absent = ushort.MaxValue;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private readonly string? _fileName;
    private readonly string? _contentType;

    /// <summary>Length of the content in bytes, at least 0.</summary>
    public required long Length { get; init; }

    /// <summary>XxHash128 of the content, seed 0.</summary>
    public required UInt128 Checksum { get; init; }

    /// <summary>The name the file was stored with, as given; <see langword="null"/> if none. Never a path to open.</summary>
    /// <exception cref="ArgumentException">Longer than <see cref="MaxFileNameBytes"/>, or not well-formed Unicode.</exception>
    public string? FileName
    {
        get => _fileName;
        init => _fileName = Checked(value, MaxFileNameBytes, nameof(FileName));
    }

    /// <summary>Its media type, as given; <see langword="null"/> if none.</summary>
    /// <exception cref="ArgumentException">Longer than <see cref="MaxContentTypeBytes"/>, or not well-formed Unicode.</exception>
    public string? ContentType
    {
        get => _contentType;
        init => _contentType = Checked(value, MaxContentTypeBytes, nameof(ContentType));
    }

    /// <summary>The version of a replica with this record: XxHash128 (seed 0) of its encoding.</summary>
    public UInt128 Version => XxHash128.HashToUInt128(Encode());

    /// <summary>
    /// The encoding: format (1 byte), three zero bytes, length (8), checksum (16), then name and type, each a 2-byte length
    /// (65,535 for none) and UTF-8. Integers are little-endian, the checksum is big-endian.
    /// </summary>
    public byte[] Encode()
    {
        var name = FileName is null ? 0 : Utf8.GetByteCount(FileName);
        var type = ContentType is null ? 0 : Utf8.GetByteCount(ContentType);
        var bytes = new byte[32 + name + type];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), Length);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(12), Checksum);
        var at = Write(bytes, 28, FileName, name);
        Write(bytes, at, ContentType, type);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FileRecord? record)
    {
        record = null;
        if (bytes.Length is < 32 or > MaxEncodedLength || bytes[0] != Format || bytes[1..4].ContainsAnyExcept((byte)0))
        {
            return false;
        }
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]);
        var at = 28;
        if (length < 0
            || !TryRead(bytes, ref at, MaxFileNameBytes, out var name)
            || !TryRead(bytes, ref at, MaxContentTypeBytes, out var type)
            || at != bytes.Length)
        {
            return false;
        }
        record = new FileRecord
        {
            Length = length,
            Checksum = BinaryPrimitives.ReadUInt128BigEndian(bytes[12..]),
            FileName = name,
            ContentType = type,
        };
        return true;
    }

    private static int Write(byte[] bytes, int at, string? text, int count)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), text is null ? Absent : (ushort)count);
        if (text is not null)
        {
            Utf8.GetBytes(text, bytes.AsSpan(at + 2));
        }
        return at + 2 + count;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, int max, out string? text)
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

    private static string? Checked(string? value, int max, string property)
    {
        if (value is null)
        {
            return null;
        }
        int count;
        try
        {
            count = Utf8.GetByteCount(value);
        }
        catch (EncoderFallbackException cause)
        {
            throw new ArgumentException($"{property} holds half of a surrogate pair, which no encoding can keep. Replace it before storing.", property, cause);
        }
        return count <= max
            ? value
            : throw new ArgumentException($"{property} takes {count} bytes of UTF-8; the limit is {max}. Shorten it, and keep the long one elsewhere.", property);
    }
}
