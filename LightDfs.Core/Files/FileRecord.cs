using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace LightDfs.Files;

/// <summary>
/// What a replica says of its content: of a small file, of one segment of a large file, or of a large file, whose replica holds the list of its segments.
/// Holds nothing that depends on machine or moment, so equal contents under one id make equal records.
/// </summary>
public sealed partial record FileRecord
{
    /// <summary>Longest <see cref="FileName"/>, in bytes of UTF-8.</summary>
    public const int MaxFileNameBytes = 4096;

    /// <summary>Longest <see cref="ContentType"/>, in bytes of UTF-8.</summary>
    public const int MaxContentTypeBytes = 512;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private readonly string? _fileName;
    private readonly string? _contentType;
    private readonly string? _sha256;
    private readonly DateTimeOffset? _expiresAt;
    internal static readonly long LatestExpiry = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Length in bytes, at least 0, of the file or segment; of a large file all of it.</summary>
    public required long Length { get; init; }

    /// <summary>XxHash128 (seed 0) of the file or segment; of a large file all of it.</summary>
    public required UInt128 Checksum { get; init; }

    /// <summary>How a large file is cut; its replica then holds the list of its segments. <see langword="null"/> when the replica holds the content itself.</summary>
    public SegmentLayout? Segments { get; init; }

    /// <summary>The file that this is a segment of; <see langword="null"/> for a file.</summary>
    public FileId? Parent { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits; <see langword="null"/> where none was asked for.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public string? Sha256
    {
        get => _sha256;
        init => _sha256 = value is null || IsSha256(value)
            ? value
            : throw new ArgumentException($"A SHA-256 is written as 64 lower-case hexadecimal digits, not as '{value}'.", nameof(Sha256));
    }

    /// <summary>Bytes that a replica with this record holds: the content, or the list of segments.</summary>
    public long ReplicaLength => Segments is { } layout ? SegmentLayout.ListLengthOf(Length, layout.SegmentLength) : Length;

    /// <summary>XxHash128 (seed 0) of the bytes that a replica with this record holds.</summary>
    public UInt128 ReplicaChecksum => Segments is { } layout ? layout.ListChecksum : Checksum;

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

    /// <summary>When the file is to be deleted, UTC, to the millisecond; <see langword="null"/> for never. Segments have none: they go with their file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not after 1970 began.</exception>
    public DateTimeOffset? ExpiresAt
    {
        get => _expiresAt;
        init
        {
            var milliseconds = value?.ToUnixTimeMilliseconds();
            ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds ?? 1, 1, nameof(ExpiresAt));
            _expiresAt = milliseconds is { } kept ? DateTimeOffset.FromUnixTimeMilliseconds(kept) : null;
        }
    }

    /// <summary>The version of a replica with this record: XxHash128 (seed 0) of its encoding.</summary>
    public UInt128 Version => XxHash128.HashToUInt128(Encode());

    internal static bool IsSha256(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(HexDigits);

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
