using System.Buffers;
using LightDfs.Storage.Disks;

namespace LightDfs.Storage.Volumes;

/// <summary>A part of a volume, read like a file of its own. Keeps the volume open.</summary>
/// <param name="volume">Acquired; released when this is disposed.</param>
/// <param name="start">Where it begins.</param>
/// <param name="length">Bytes of it.</param>
/// <param name="rented">Holds all of it, where it was read already. Returned when this is disposed.</param>
/// <param name="rentedAt">Where in there it begins.</param>
internal sealed class VolumeSlice(Volume volume, long start, long length, byte[]? rented = null, int rentedAt = 0) : IDiskReader
{
    private Volume? _volume = volume;

    public long Length => length;

    public int Read(long offset, Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_volume is null, this);
        var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
        if (rented is null || count == 0)
        {
            return _volume.Read(start + offset, buffer[..count]);
        }
        rented.AsSpan(rentedAt + (int)offset, count).CopyTo(buffer);
        // Disposed meanwhile, the bytes may be somebody else's already, and would be taken for damage.
        Interlocked.MemoryBarrier();
        ObjectDisposedException.ThrowIf(_volume is null, this);
        return count;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _volume, null) is { } volume)
        {
            volume.Release();
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
