using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

/// <summary>Copies a packed replica into a file of its own, as it is: also where it is damaged, since whole pages of it may still be good.</summary>
internal static class PackedReplicaCopy
{
    /// <exception cref="StorageException">The disk failed, or is full.</exception>
    public static void Write(ReplicaFiles files, HeldReplica held, string path)
    {
        var (stamp, place) = (held.Stamp, held.Place);
        var contentLength = (int)stamp.Length;
        var rented = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            var bytes = rented.AsSpan(0, place.Length);
            ReadAsFarAsItGoes(files, place, bytes);
            var trailer = bytes.Slice(VolumeEntry.HeadSize, place.TrailerLength);
            var recordLength = place.TrailerLength - (Pages.CountOf(contentLength) * sizeof(ulong));
            Span<byte> footer = stackalloc byte[ReplicaFooter.Size];
            new ReplicaFooter(stamp.Id, stamp.Version, contentLength, recordLength, ChecksumIn(bytes, trailer), held.ExpiresAt).Encode(footer);
            using var file = files.Disk.CreateNew(path);
            file.Append(bytes.Slice(VolumeEntry.HeadSize + place.TrailerLength, contentLength));
            file.Append(trailer);
            file.Append(footer);
            files.Flush(file);
            files.Space.Used(contentLength + place.TrailerLength + ReplicaFooter.Size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void ReadAsFarAsItGoes(ReplicaFiles files, VolumePlace place, Span<byte> bytes)
    {
        bytes.Clear();
        try
        {
            // Under the id's lock, under which alone it could be moved: its volume is there.
            files.Volumes.Find(place.Volume)?.Read(place.Offset, bytes);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            // What cannot be read is lost like what reads wrong, and the checksums say so.
        }
    }

    /// <summary>As the entry's head has it, whether right or not; where the head is damaged, what fits.</summary>
    private static ulong ChecksumIn(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> trailer)
    {
        var stated = BinaryPrimitives.ReadUInt64LittleEndian(entry[72..]);
        return stated != 0 ? stated : XxHash3.HashToUInt64(trailer);
    }
}
