using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Files;

namespace LightDfs.Storage.Volumes;

/// <summary>What an entry of a volume says.</summary>
internal enum VolumeEntryKind : byte
{
    /// <summary>A replica.</summary>
    Replica = 1,

    /// <summary>A tombstone.</summary>
    Tombstone = 2,

    /// <summary>Nothing is held under this id any more: it was let go of, or set aside.</summary>
    Removal = 3,
}

/// <summary>
/// The head of an entry. An entry is: this head; page checksums, 8 bytes little-endian each, and the record's encoding (the trailer, as in the file of a replica); the content; zeros up to a multiple of 8.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>0, 4 bytes</term><description>magic, ASCII "LDVE"</description></item>
/// <item><term>4, 1 byte</term><description>format, 1</description></item>
/// <item><term>5, 1 byte</term><description>kind</description></item>
/// <item><term>6, 2 bytes</term><description>zero</description></item>
/// <item><term>8, 8 bytes</term><description>sequence number, little-endian, at least 1: of the entries of an id in all volumes the highest counts</description></item>
/// <item><term>16, 16 bytes</term><description>file id, big-endian</description></item>
/// <item><term>32, 16 bytes</term><description>version, big-endian; zero for anything but a replica</description></item>
/// <item><term>48, 4 bytes</term><description>length of the content, little-endian</description></item>
/// <item><term>52, 4 bytes</term><description>length of the record's encoding, little-endian; zero for anything but a replica</description></item>
/// <item><term>56, 8 bytes</term><description>Unix milliseconds, little-endian: when the file expires (0 for never), or was deleted; 0 for a removal</description></item>
/// <item><term>64, 8 bytes</term><description>bytes of this volume that were on stable storage when this was written, little-endian</description></item>
/// <item><term>72, 8 bytes</term><description>XxHash3 (seed 0) of the trailer, little-endian</description></item>
/// <item><term>80, 8 bytes</term><description>XxHash3 of the 80 bytes before, with the volume's tag for a seed, little-endian: contents that look like entries are none</description></item>
/// </list>
/// </remarks>
internal readonly record struct VolumeEntry(VolumeEntryKind Kind, long Sequence, FileId Id, UInt128 Version, int ContentLength, int RecordLength, long Time)
{
    public const int HeadSize = 88;
    private const byte Format = 1;
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Longest content of an entry.</summary>
    public const int MaxContentLength = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "LDVE"u8;

    /// <summary>Bytes of page checksums and record.</summary>
    public int TrailerLength => (Pages.CountOf(ContentLength) * sizeof(ulong)) + RecordLength;

    /// <summary>Bytes of the whole entry.</summary>
    public int Length => LengthOf(ContentLength, RecordLength);

    /// <summary>When the file expires; <see langword="null"/> for never, and for anything but a replica.</summary>
    public DateTimeOffset? ExpiresAt => Kind == VolumeEntryKind.Replica && Time != 0 ? DateTimeOffset.FromUnixTimeMilliseconds(Time) : null;

    public static VolumeEntry OfReplica(FileId id, UInt128 version, FileRecord record, int recordLength) =>
        new(VolumeEntryKind.Replica, 0, id, version, (int)record.ReplicaLength, recordLength, record.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0);

    public static VolumeEntry OfTombstone(FileId id, DateTimeOffset deletedAt) => new(VolumeEntryKind.Tombstone, 0, id, 0, 0, 0, deletedAt.ToUnixTimeMilliseconds());

    public static VolumeEntry OfRemoval(FileId id) => new(VolumeEntryKind.Removal, 0, id, 0, 0, 0, 0);

    public static int LengthOf(long contentLength, int recordLength) =>
        checked((int)((HeadSize + contentLength + (Pages.CountOf(contentLength) * sizeof(ulong)) + recordLength + 7) & ~7));

    public VolumePlace PlaceAt(int volume, long offset) => new(volume, checked((uint)offset), Length, checked((ushort)TrailerLength));

    /// <summary>What the index says of it. Of a removal there is nothing to say.</summary>
    public ReplicaStamp Stamp(bool isDamaged) => Kind == VolumeEntryKind.Tombstone
        ? new ReplicaStamp(Id, ReplicaState.Deleted, 0, 0, DateTimeOffset.FromUnixTimeMilliseconds(Time))
        : new ReplicaStamp(Id, isDamaged ? ReplicaState.Damaged : ReplicaState.Present, Version, ContentLength, default);

    public void Encode(Span<byte> to, ulong tag, long durable, ulong trailerChecksum)
    {
        Magic.CopyTo(to);
        to[4] = Format;
        to[5] = (byte)Kind;
        (to[6], to[7]) = (0, 0);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Sequence);
        BinaryPrimitives.WriteUInt128BigEndian(to[16..], Id.Value);
        BinaryPrimitives.WriteUInt128BigEndian(to[32..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(to[48..], ContentLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[52..], RecordLength);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], Time);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], durable);
        BinaryPrimitives.WriteUInt64LittleEndian(to[72..], trailerChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(to[80..], XxHash3.HashToUInt64(to[..80], (long)tag));
    }

    /// <summary>Reads what <see cref="Encode"/> wrote into a volume of this tag; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, ulong tag, out VolumeEntry entry, out long durable, out ulong trailerChecksum)
    {
        (entry, durable, trailerChecksum) = (default, 0, 0);
        if (bytes.Length < HeadSize
            || !bytes.StartsWith(Magic)
            || bytes[4] != Format
            || bytes[6] != 0 || bytes[7] != 0
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[80..]) != XxHash3.HashToUInt64(bytes[..80], (long)tag))
        {
            return false;
        }
        var read = new VolumeEntry(
            (VolumeEntryKind)bytes[5],
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            new FileId(BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[52..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]));
        (durable, trailerChecksum) = (BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[72..]));
        entry = read;
        return read.IsPossible && durable >= 0;
    }

    /// <summary>True when what its numbers say can be.</summary>
    public bool IsPossible => Sequence > 0 && Kind switch
    {
        VolumeEntryKind.Replica => ContentLength is >= 0 and <= MaxContentLength && RecordLength is >= 0 and <= FileRecord.MaxEncodedLength && Time >= 0 && Time <= FileRecord.LatestExpiry,
        VolumeEntryKind.Tombstone => IsEmpty && Time >= Earliest && Time <= Latest,
        VolumeEntryKind.Removal => IsEmpty && Time == 0,
        _ => false,
    };

    private bool IsEmpty => Version == 0 && ContentLength == 0 && RecordLength == 0;
}
