using System.Buffers;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

/// <summary>Opens replicas that lie in volumes.</summary>
internal static class PackedReplica
{
    /// <summary>
    /// Bytes up to which an entry is read as a whole: most who open one want its content too, and to copy that costs less than another call. Who wants the record alone, as a listing does, pays for it
    /// with a few pages more from a disk that has not cached them.
    /// </summary>
    private const int ReadTogether = 16 * 1024;

    /// <summary>What is said of the content, verified, and the content, which is not yet; <see langword="null"/> when the former is damaged.</summary>
    /// <param name="volume">Acquired. Released when the content is disposed, and by the caller where there is none.</param>
    /// <param name="held">What is held there.</param>
    /// <exception cref="StorageException">The disk failed.</exception>
    public static (ReplicaTrailer Trailer, IDiskReader Content)? Open(Volume volume, HeldReplica held)
    {
        var (contentAt, length) = (held.Place.ContentAt, held.Stamp.Length);
        var whole = contentAt + length <= ReadTogether ? contentAt + (int)length : 0;
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(contentAt, whole));
        var isKept = false;
        try
        {
            var isWhole = whole > 0 && TryRead(volume, held.Place.Offset, bytes.AsSpan(0, whole));
            var beginning = bytes.AsSpan(0, contentAt);
            if ((!isWhole && volume.Read(held.Place.Offset, beginning) < contentAt) || TrailerIn(beginning, volume.Tag, held) is not { } trailer)
            {
                return null;
            }
            isKept = isWhole;
            return (trailer, new VolumeSlice(volume, held.Place.Offset + contentAt, length, isKept ? bytes : null, contentAt));
        }
        finally
        {
            if (!isKept)
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    /// <summary>False when some of it cannot be read: then the parts are read by themselves, and it shows which of them is lost.</summary>
    private static bool TryRead(Volume volume, long offset, Span<byte> bytes)
    {
        try
        {
            return volume.Read(offset, bytes) == bytes.Length;
        }
        catch (StorageException failing) when (failing.Failure == StorageFailure.Failing)
        {
            return false;
        }
    }

    private static ReplicaTrailer? TrailerIn(ReadOnlySpan<byte> bytes, ulong tag, HeldReplica held) =>
        VolumeEntry.TryDecode(bytes, tag, out var entry, out _, out var checksum)
        && (entry.Kind, entry.Id, entry.Sequence) == (VolumeEntryKind.Replica, held.Stamp.Id, held.Generation)
        && entry.TrailerLength == held.Place.TrailerLength
            ? ReplicaTrailer.Decode(bytes[VolumeEntry.HeadSize..], entry.ContentLength, entry.RecordLength, checksum, held.Stamp.Version, held.ExpiresAt)
            : null;
}
