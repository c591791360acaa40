using System.Buffers;
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

    /// <summary>Bytes that are read by themselves where not all can be read at once: what disks and file systems read, and lose, together.</summary>
    private const int Piece = 4096;

    /// <summary>Reads an entry, and tells whether every checksum is right; <see langword="null"/> when some of it cannot be read now.</summary>
    /// <param name="volume">Where it is. Open.</param>
    /// <param name="place">Where in it.</param>
    public static bool? AreWholeOf(Volume volume, VolumePlace place)
    {
        var rented = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            var bytes = rented.AsSpan(0, place.Length);
            _ = Read(volume, place, bytes, out var unreadable);
            return unreadable is null ? AreWhole(bytes, volume.Tag) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads an entry as it lies there. What cannot be read, also when it is tried once more by itself, is lost like what reads wrong, and reads as zeros; whole pages of the rest may still be good.</summary>
    /// <param name="volume">Where it is. Open.</param>
    /// <param name="place">Where in it.</param>
    /// <param name="bytes">Takes all of it.</param>
    /// <param name="unreadable">Why some of it could not be read; <see langword="null"/> when it could.</param>
    /// <returns>The checksum that its trailer should have: what its head says, or where that is damaged, what fits.</returns>
    public static ulong Read(Volume volume, VolumePlace place, Span<byte> bytes, out StorageException? unreadable)
    {
        bytes.Clear();
        unreadable = TryRead(volume, place.Offset, bytes);
        if (unreadable is not null)
        {
            unreadable = ReadByPieces(volume, place.Offset, bytes);
        }
        return VolumeEntry.TryDecode(bytes, volume.Tag, out _, out _, out var checksum)
            ? checksum
            : XxHash3.HashToUInt64(bytes.Slice(VolumeEntry.HeadSize, place.TrailerLength));
    }

    /// <returns>Why the last of those pieces could not be read that could not; <see langword="null"/> when all could.</returns>
    private static StorageException? ReadByPieces(Volume volume, long offset, Span<byte> bytes)
    {
        StorageException? unreadable = null;
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(Piece - (int)((offset + at) % Piece), bytes.Length - at);
            var piece = bytes.Slice(at, length);
            piece.Clear();
            unreadable = TryRead(volume, offset + at, piece) ?? unreadable;
            at += length;
        }
        return unreadable;
    }

    private static StorageException? TryRead(Volume volume, long offset, Span<byte> bytes)
    {
        try
        {
            _ = volume.Read(offset, bytes);
            return null;
        }
        catch (StorageException cause) when (cause.Failure == StorageFailure.Failing)
        {
            return cause;
        }
    }
}
