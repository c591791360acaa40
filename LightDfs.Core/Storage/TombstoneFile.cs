using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Storage;

/// <summary>The file of a tombstone, <see cref="Size"/> bytes.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>0, 8 bytes</term><description>magic, ASCII "LDFSGONE"</description></item>
/// <item><term>8, 4 bytes</term><description>format, 1, little-endian</description></item>
/// <item><term>12, 4 bytes</term><description>zero</description></item>
/// <item><term>16, 16 bytes</term><description>file id, big-endian</description></item>
/// <item><term>32, 8 bytes</term><description>time of the delete, Unix milliseconds, little-endian</description></item>
/// <item><term>40, 8 bytes</term><description>XxHash3 (seed 0) of the 40 bytes before, little-endian</description></item>
/// </list>
/// </remarks>
internal readonly record struct TombstoneFile(FileId Id, DateTimeOffset DeletedAt)
{
    public const int Size = 48;
    private const int Format = 1;
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static ReadOnlySpan<byte> Magic => "LDFSGONE"u8;

    /// <summary>The time as it is kept: UTC, whole milliseconds.</summary>
    public static DateTimeOffset Kept(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Id.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), DeletedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), XxHash3.HashToUInt64(bytes.AsSpan(0, 40)));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out TombstoneFile tombstone)
    {
        tombstone = default;
        if (bytes.Length != Size
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Format
            || bytes[12..16].ContainsAnyExcept((byte)0)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]) != XxHash3.HashToUInt64(bytes[..40]))
        {
            return false;
        }
        var time = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
        if (time < Earliest || time > Latest)
        {
            return false;
        }
        tombstone = new TombstoneFile(new FileId(BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])), DateTimeOffset.FromUnixTimeMilliseconds(time));
        return true;
    }
}
