using System.Buffers;
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
            // Under the id's lock, under which alone it could be moved: its volume is there.
            var checksum = EntryBytes.Read(files.Volumes.Find(place.Volume)!, place, bytes, out _);
            var trailer = bytes.Slice(VolumeEntry.HeadSize, place.TrailerLength);
            var recordLength = place.TrailerLength - (Pages.CountOf(contentLength) * sizeof(ulong));
            Span<byte> footer = stackalloc byte[ReplicaFooter.Size];
            new ReplicaFooter(stamp.Id, stamp.Version, contentLength, recordLength, checksum, held.ExpiresAt).Encode(footer);
            using var file = files.Disk.CreateNew(path);
            file.Append(bytes.Slice(place.ContentAt, contentLength));
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
}
