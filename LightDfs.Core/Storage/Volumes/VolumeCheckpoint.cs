using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Storage.Volumes;

/// <summary>
/// The file that says what a volume holds, so that opening need not read the volume. It is a cache: lost or damaged, it is made anew. Where it is, it is believed: what it lists was durable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>0, 8 bytes</term><description>magic, ASCII "LDFSVIDX"</description></item>
/// <item><term>8, 4 bytes</term><description>format, 1, little-endian</description></item>
/// <item><term>12, 4 bytes</term><description>number of entries, little-endian</description></item>
/// <item><term>16, 8 bytes</term><description>tag of the volume, little-endian</description></item>
/// <item><term>24, 8 bytes</term><description>bytes of the volume that it covers, little-endian</description></item>
/// <item><term>32, 64 bytes each</term><description>kind (1 byte), 1 when it was damaged already (1), zero (2), offset (4), sequence (8), id (16, big-endian), version (16, big-endian), length of the content (4) and of the record (4), time (8); integers little-endian</description></item>
/// <item><term>end, 16 bytes</term><description>XxHash128 (seed 0) of everything before, big-endian</description></item>
/// </list>
/// </remarks>
internal static class VolumeCheckpoint
{
    private const int HeadSize = 32;
    private const int EntrySize = 64;
    private const int ChecksumSize = 16;
    private const int Format = 1;

    private static ReadOnlySpan<byte> Magic => "LDFSVIDX"u8;

    public static byte[] Encode(ulong tag, long length, IReadOnlyList<PlacedEntry> entries)
    {
        var bytes = new byte[HeadSize + (entries.Count * EntrySize) + ChecksumSize];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), entries.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), tag);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), length);
        for (var number = 0; number < entries.Count; number++)
        {
            Encode(entries[number], bytes.AsSpan(HeadSize + (number * EntrySize), EntrySize));
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(bytes.Length - ChecksumSize), XxHash128.HashToUInt128(bytes.AsSpan(0, bytes.Length - ChecksumSize)));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode(ulong, long, IReadOnlyList{PlacedEntry})"/> wrote for a volume of this tag; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, ulong tag, out long length, out PlacedEntry[] entries)
    {
        (length, entries) = (0, []);
        if (bytes.Length < HeadSize + ChecksumSize
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Format
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) != tag
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) is var count
                && (count < 0 || bytes.Length != HeadSize + ((long)count * EntrySize) + ChecksumSize)
            || BinaryPrimitives.ReadUInt128BigEndian(bytes[^ChecksumSize..]) != XxHash128.HashToUInt128(bytes[..^ChecksumSize]))
        {
            return false;
        }
        length = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        var read = new PlacedEntry[(bytes.Length - HeadSize - ChecksumSize) / EntrySize];
        var end = 0L;
        for (var number = 0; number < read.Length; number++)
        {
            var encoded = bytes.Slice(HeadSize + (number * EntrySize), EntrySize);
            var (entry, offset, isDamaged) = Decode(encoded);
            if (!entry.IsPossible || encoded[1] > 1 || encoded[2] != 0 || encoded[3] != 0 || offset < end || offset + entry.Length > length || length > uint.MaxValue)
            {
                return false;
            }
            read[number] = new PlacedEntry(entry, offset, isDamaged);
            end = offset + entry.Length;
        }
        entries = read;
        return true;
    }

    private static void Encode(in PlacedEntry placed, Span<byte> to)
    {
        var entry = placed.Entry;
        to[0] = (byte)entry.Kind;
        to[1] = placed.IsDamaged ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], checked((uint)placed.Offset));
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], entry.Sequence);
        BinaryPrimitives.WriteUInt128BigEndian(to[16..], entry.Id.Value);
        BinaryPrimitives.WriteUInt128BigEndian(to[32..], entry.Version);
        BinaryPrimitives.WriteInt32LittleEndian(to[48..], entry.ContentLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[52..], entry.RecordLength);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], entry.Time);
    }

    private static PlacedEntry Decode(ReadOnlySpan<byte> from) => new(
        new VolumeEntry(
            (VolumeEntryKind)from[0],
            BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            new FileId(BinaryPrimitives.ReadUInt128BigEndian(from[16..])),
            BinaryPrimitives.ReadUInt128BigEndian(from[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[48..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[52..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[56..])),
        BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
        from[1] != 0);
}
