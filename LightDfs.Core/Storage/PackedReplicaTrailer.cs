using System.Buffers;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

/// <summary>What comes before the content of a packed replica.</summary>
internal static class PackedReplicaTrailer
{
    /// <summary>Reads and verifies it; <see langword="null"/> when it is damaged.</summary>
    /// <exception cref="StorageException">The disk failed.</exception>
    public static ReplicaTrailer? Read(Volume volume, HeldReplica held)
    {
        var length = held.Place.ContentAt;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = rented.AsSpan(0, length);
            return volume.Read(held.Place.Offset, bytes) == length
                && VolumeEntry.TryDecode(bytes, volume.Tag, out var entry, out _, out var checksum)
                && (entry.Kind, entry.Id, entry.Sequence) == (VolumeEntryKind.Replica, held.Stamp.Id, held.Generation)
                && entry.TrailerLength == held.Place.TrailerLength
                    ? ReplicaTrailer.Decode(bytes[VolumeEntry.HeadSize..], entry.ContentLength, entry.RecordLength, checksum, held.Stamp.Version, held.ExpiresAt)
                    : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
