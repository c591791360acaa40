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
            if (file.Read(footer.ContentLength, bytes) != bytes.Length || XxHash3.HashToUInt64(bytes) != footer.TrailerChecksum)
            {
                return null;
            }
            var recordBytes = bytes[^footer.RecordLength..];
            return FileRecord.TryDecode(recordBytes, out var record)
                && record.ReplicaLength == footer.ContentLength
                && record.ExpiresAt == footer.ExpiresAt
                && XxHash128.HashToUInt128(recordBytes) == footer.Version
                    ? new ReplicaTrailer(record, footer.Version, ChecksumsIn(bytes[..^footer.RecordLength]))
                    : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
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
