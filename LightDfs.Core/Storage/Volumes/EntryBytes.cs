using System.IO.Hashing;

namespace LightDfs.Storage.Volumes;

/// <summary>All bytes of an entry.</summary>
internal static class EntryBytes
{
    /// <summary>True when every checksum is right: of head, trailer, and pages.</summary>
    public static bool AreWhole(ReadOnlySpan<byte> bytes, ulong tag)
    {
        if (!VolumeEntry.TryDecode(bytes, tag, out var entry, out _, out var checksum) || bytes.Length != entry.Length)
        {
            return false;
        }
        var trailer = bytes.Slice(VolumeEntry.HeadSize, entry.TrailerLength);
        return ReplicaTrailer.Decode(trailer, entry.ContentLength, entry.RecordLength, checksum, entry.Version, entry.ExpiresAt) is { } read
            ? read.AreWhole(bytes.Slice(VolumeEntry.HeadSize + entry.TrailerLength, entry.ContentLength))
            : entry.Kind != VolumeEntryKind.Replica;
    }

    /// <summary>Reads an entry as it lies there. What cannot be read is lost like what reads wrong, and reads as zeros; whole pages of the rest may still be good.</summary>
    /// <param name="volume">Where it is. Open.</param>
    /// <param name="place">Where in it.</param>
    /// <param name="bytes">Takes all of it.</param>
    /// <param name="unreadable">Why some of it could not be read; <see langword="null"/> when it could.</param>
    /// <returns>The checksum that its trailer should have: what its head says, or where that is damaged, what fits.</returns>
    public static ulong Read(Volume volume, VolumePlace place, Span<byte> bytes, out StorageException? unreadable)
    {
        unreadable = null;
        bytes.Clear();
        try
        {
            _ = volume.Read(place.Offset, bytes);
        }
        catch (StorageException cause) when (cause.Failure == StorageFailure.Failing)
        {
            unreadable = cause;
        }
        return VolumeEntry.TryDecode(bytes, volume.Tag, out _, out _, out var checksum)
            ? checksum
            : XxHash3.HashToUInt64(bytes.Slice(VolumeEntry.HeadSize, place.TrailerLength));
    }
}
