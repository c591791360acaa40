using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Network;

/// <summary>A body on a slow wire from a machine that may freeze; a byte of it may arrive altered.</summary>
internal sealed class WireBody(Stream inner, SimMachine? from, World world, TimeSpan pace, long? alteredAt) : Stream
{
    private const int Packet = 64 * 1024;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (pace > TimeSpan.Zero)
        {
            await world.DelayAsync(pace, cancellationToken);
        }
        if (from is not null)
        {
            await from.Freezer.WhileFrozenAsync(cancellationToken);
        }
        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, Packet)], cancellationToken);
        if (alteredAt - _position is { } at && at >= 0 && at < read)
        {
            buffer.Span[(int)at] ^= 0x10;
        }
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The one thread of a simulation waits for nothing.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
