using LightDfs.Storage.Disks;

namespace LightDfs.Storage.Volumes;

/// <summary>A part of a volume, read like a file of its own. Keeps the volume open.</summary>
/// <param name="volume">Acquired; released when this is disposed.</param>
/// <param name="start">Where it begins.</param>
/// <param name="length">Bytes of it.</param>
internal sealed class VolumeSlice(Volume volume, long start, long length) : IDiskReader
{
    private Volume? _volume = volume;

    public long Length => length;

    public int Read(long offset, Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_volume is null, this);
        return _volume.Read(start + offset, buffer[..(int)Math.Clamp(length - offset, 0, buffer.Length)]);
    }

    public void Dispose() => Interlocked.Exchange(ref _volume, null)?.Release();
}
