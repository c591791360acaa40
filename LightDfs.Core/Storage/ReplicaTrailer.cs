using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Buffers.Binary;
using LightDfs.Files;
using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>What follows the content in a replica's file, read and verified.</summary>
internal sealed record ReplicaTrailer(FileRecord Record, UInt128 Version, ulong[] PageChecksums)
{
    /// <summary>Reads the footer of a file; <see langword="null"/> when it is damaged or another's.</summary>
    public static ReplicaFooter? ReadFooter(IDiskReader file, FileId id)
    {
        var length = file.Length;
        Span<byte> bytes = stackalloc byte[ReplicaFooter.Size];
        return length >= ReplicaFooter.Size
            && file.Read(length - ReplicaFooter.Size, bytes) == ReplicaFooter.Size
            && ReplicaFooter.TryDecode(bytes, length, out var footer)
            && footer.Id == id
                ? footer
                : null;
    }

    /// <summary>Reads everything after the content; <see langword="null"/> when any of it is damaged.</summary>
    public static ReplicaTrailer? Read(IDiskReader file, FileId id)
    {
        if (ReadFooter(file, id) is not { } footer)
        {
            return null;
        }
        var rented = ArrayPool<byte>.Shared.Rent(footer.TrailerLength);
        try
        {
            var bytes = rented.AsSpan(0, footer.TrailerLength);
            return file.Read(footer.ContentLength, bytes) == bytes.Length
                ? Decode(bytes, footer.ContentLength, footer.RecordLength, footer.TrailerChecksum, footer.Version, footer.ExpiresAt)
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads page checksums and record; <see langword="null"/> when they are not what is said of them elsewhere.</summary>
    public static ReplicaTrailer? Decode(ReadOnlySpan<byte> bytes, long contentLength, int recordLength, ulong checksum, UInt128 version, DateTimeOffset? expiresAt)
    {
        if (XxHash3.HashToUInt64(bytes) != checksum)
        {
            return null;
        }
        var recordBytes = bytes[^recordLength..];
        return FileRecord.TryDecode(recordBytes, out var record)
            && record.ReplicaLength == contentLength
            && record.ExpiresAt == expiresAt
            && XxHash128.HashToUInt128(recordBytes) == version
                ? new ReplicaTrailer(record, version, ChecksumsIn(bytes[..^recordLength]))
                : null;
    }

    /// <summary>Writes page checksums and record.</summary>
    public static void Encode(IReadOnlyList<ulong> pageChecksums, ReadOnlySpan<byte> record, Span<byte> to)
    {
        foreach (var checksum in pageChecksums)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, checksum);
            to = to[sizeof(ulong)..];
        }
        record.CopyTo(to);
    }

    /// <summary>True when every page of a content has its checksum.</summary>
    public bool AreWhole(ReadOnlySpan<byte> content)
    {
        for (var page = 0; page < PageChecksums.Length; page++)
        {
            var bytes = content.Slice(page * Pages.Size, Math.Min(Pages.Size, content.Length - (page * Pages.Size)));
            if (XxHash3.HashToUInt64(bytes) != PageChecksums[page])
            {
                return false;
            }
        }
        return true;
    }

    private static ulong[] ChecksumsIn(ReadOnlySpan<byte> bytes)
    {
        var checksums = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(checksums, checksums);
        }
        return checksums;
    }
}
