using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Network;

/// <summary>A body on a slow wire from a machine that may freeze; a byte of it may arrive altered.</summary>
internal sealed class WireBody(Stream inner, SimMachine? from, World world, TimeSpan pace, long? alteredAt) : OneWayStream
{
    private const int Packet = 64 * 1024;
    private long _position;

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
}
