using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;

namespace LightDfs.Files;

/// <summary>The segments of a large file, in order, as its replica holds them.</summary>
internal sealed class SegmentList
{
    private readonly FileId _parent;
    private readonly FileRecord _record;
    private readonly byte[] _entries;

    private SegmentList(FileId parent, FileRecord record, byte[] entries) => (_parent, _record, _entries) = (parent, record, entries);

    public int Count => _entries.Length / SegmentLayout.EntryLength;

    public int SegmentLength => _record.Segments!.Value.SegmentLength;

    /// <summary>A segment with the record that its replicas have, and so their version.</summary>
    public (FileId Id, FileRecord Record) this[int number]
    {
        get
        {
            var entry = _entries.AsSpan(number * SegmentLayout.EntryLength, SegmentLayout.EntryLength);
            var length = (int)Math.Min(SegmentLength, _record.Length - ((long)number * SegmentLength));
            return (new FileId(BinaryPrimitives.ReadUInt128BigEndian(entry)), RecordOf(_parent, length, BinaryPrimitives.ReadUInt128BigEndian(entry[FileId.Length..])));
        }
    }

    /// <summary>The record of a segment.</summary>
    public static FileRecord RecordOf(FileId parent, int length, UInt128 checksum) => new() { Length = length, Checksum = checksum, Parent = parent };

    public static void Write(Span<byte> to, FileId id, UInt128 checksum)
    {
        id.WriteBytes(to);
        BinaryPrimitives.WriteUInt128BigEndian(to[FileId.Length..], checksum);
    }

    /// <summary>Reads the bytes that a file's replica holds; false when they are not the list that its record names.</summary>
    public static bool TryRead(FileId parent, FileRecord record, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SegmentList? list)
    {
        list = null;
        if (record.Segments is null || bytes.Length != record.ReplicaLength || XxHash128.HashToUInt128(bytes) != record.ReplicaChecksum)
        {
            return false;
        }
        for (var at = 0; at < bytes.Length; at += SegmentLayout.EntryLength)
        {
            if (!FileId.TryReadBytes(bytes[at..], out var id) || id.Kind != FileKind.Segment)
            {
                return false;
            }
        }
        list = new SegmentList(parent, record, bytes.ToArray());
        return true;
    }
}
