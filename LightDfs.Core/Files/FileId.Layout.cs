using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Chance;
using LightDfs.Files;

namespace LightDfs;

// From the highest bit: 48 Unix milliseconds, 4 version (8), 12 check, 2 variant (binary 10), 1 kind, 61 random.
public readonly partial record struct FileId
{
    /// <summary>Bytes on wire and disk, big-endian.</summary>
    internal const int Length = 16;

    private const int TimeShift = 80;
    private const int VersionShift = 76;
    private const int CheckShift = 64;
    private const int VariantShift = 62;
    private const int KindShift = 61;
    private const ulong RandomMask = (1UL << KindShift) - 1;

    // 48 bits reach the year 10889, DateTimeOffset ends with 9999; refusing the rest keeps Created from ever throwing.
    private static readonly UInt128 LatestTime = (UInt128)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    internal FileKind Kind => (FileKind)((int)((ulong)Value >> KindShift) & 1);

    /// <summary>True when version, variant, time and check bits are right; false for <see langword="default"/>.</summary>
    internal bool IsValid => FaultOf(Value) == FileIdFault.None;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is before 1970.</exception>
    internal static FileId Create(FileKind kind, DateTimeOffset time, RandomSource random)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        if (milliseconds < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "A file id cannot be drawn for a time before 1970. Is the clock of this machine set?");
        }
        return Assemble(kind, (UInt128)milliseconds, random.NextUInt64());
    }

    /// <summary>Takes 128 bits from outside, after the same check that text goes through.</summary>
    internal static bool TryCreate(UInt128 value, out FileId id)
    {
        var valid = FaultOf(value) == FileIdFault.None;
        id = valid ? new FileId(value) : default;
        return valid;
    }

    internal void WriteBytes(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>Reads the first 16 bytes; false when there are fewer, or when they are no valid id.</summary>
    internal static bool TryReadBytes(ReadOnlySpan<byte> source, out FileId id)
    {
        id = default;
        return BinaryPrimitives.TryReadUInt128BigEndian(source, out var value) && TryCreate(value, out id);
    }

    /// <summary>
    /// The id under which a caller's independent copy of this file is kept: same kind and time, the random bits replaced by the low bits
    /// of XxHash128 (seed <paramref name="salt"/>) over this id's 16 bytes.
    /// </summary>
    internal FileId WithSalt(ulong salt)
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteBytes(bytes);
        return Assemble(Kind, Value >> TimeShift, (ulong)XxHash128.HashToUInt128(bytes, unchecked((long)salt)));
    }

    /// <summary>
    /// The id of a segment under a caller's id, so that a retry names it alike: the file's time, and the low bits of XxHash128 (seed 0) over the file's id (16 bytes), the number
    /// (4) and the content's checksum (16), all big-endian.
    /// </summary>
    internal FileId SegmentOf(int number, UInt128 checksum)
    {
        Span<byte> bytes = stackalloc byte[Length + sizeof(int) + 16];
        WriteBytes(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[Length..], number);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(Length + sizeof(int))..], checksum);
        return Assemble(FileKind.Segment, Value >> TimeShift, (ulong)XxHash128.HashToUInt128(bytes));
    }

    private static FileId Assemble(FileKind kind, UInt128 milliseconds, ulong random)
    {
        var low = (2UL << VariantShift) | ((ulong)kind << KindShift) | (random & RandomMask);
        var value = (milliseconds << TimeShift) | ((UInt128)8 << VersionShift) | low;
        return new FileId(value | ((UInt128)Crc12.OfAllButCheckBits(value) << CheckShift));
    }

    private static FileIdFault FaultOf(UInt128 value)
    {
        var version = (uint)(value >> VersionShift) & 0xF;
        var variant = (uint)(value >> VariantShift) & 3;
        if (version != 8 || variant != 2 || (value >> TimeShift) > LatestTime)
        {
            return FileIdFault.Form;
        }
        return Crc12.OfAllButCheckBits(value) == ((uint)(value >> CheckShift) & 0xFFF) ? FileIdFault.None : FileIdFault.Check;
    }
}
