using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Storage;

/// <summary>The file of a small document: a header of <see cref="HeaderSize"/> bytes, then its content.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>0, 8 bytes</term><description>magic, ASCII "LDFSDOCU"</description></item>
/// <item><term>8, 4 bytes</term><description>format, 1, little-endian</description></item>
/// <item><term>12, 4 bytes</term><description>length of the content, little-endian</description></item>
/// <item><term>16, 16 bytes</term><description>XxHash128 (seed 0) of the 16 bytes before and the content, big-endian</description></item>
/// </list>
/// </remarks>
internal static class DocumentFile
{
    public const int HeaderSize = 32;
    public const int MaxContentLength = 16 * 1024 * 1024;
    private const int Format = 1;

    private static ReadOnlySpan<byte> Magic => "LDFSDOCU"u8;

    /// <exception cref="ArgumentException">Not lower-case letters and hyphens, 1 to 32 of them.</exception>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 32 || name.Any(letter => letter is not ((>= 'a' and <= 'z') or '-')))
        {
            throw new ArgumentException($"A document is named by 1 to 32 lower-case letters and hyphens, not '{name}'.", nameof(name));
        }
    }

    /// <exception cref="ArgumentException">Longer than <see cref="MaxContentLength"/>.</exception>
    public static void CheckContent(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MaxContentLength)
        {
            throw new ArgumentException($"A document holds at most {MaxContentLength} bytes, not {content.Length}.", nameof(content));
        }
    }

    public static byte[] Encode(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[HeaderSize + content.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), content.Length);
        content.CopyTo(bytes.AsSpan(HeaderSize));
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), ChecksumOf(bytes));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> content)
    {
        content = default;
        var span = bytes.Span;
        if (span.Length < HeaderSize
            || !span.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(span[8..]) != Format
            || BinaryPrimitives.ReadInt32LittleEndian(span[12..]) != span.Length - HeaderSize
            || BinaryPrimitives.ReadUInt128BigEndian(span[16..]) != ChecksumOf(span))
        {
            return false;
        }
        content = bytes[HeaderSize..];
        return true;
    }

    private static UInt128 ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash128();
        hash.Append(bytes[..16]);
        hash.Append(bytes[HeaderSize..]);
        return hash.GetCurrentHashAsUInt128();
    }
}
