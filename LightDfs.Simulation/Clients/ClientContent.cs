using LightDfs.Simulation.Machines;
using LightDfs.Simulation.Network;

namespace LightDfs.Simulation.Clients;

/// <summary>What a client uploads: at its own pace, in pieces, and perhaps not to the end.</summary>
internal sealed class ClientContent(byte[] content, World world, TimeSpan pace, int? breaksAt, CancellationToken gone) : OneWayStream
{
    private const int Piece = 32 * 1024;
    private int _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (pace > TimeSpan.Zero)
        {
            await world.DelayAsync(pace, cancellationToken);
        }
        // Also where the machine is gone that it uploads to: its connection is.
        if (_position >= breaksAt || gone.IsCancellationRequested)
        {
            throw new ClientGoneException();
        }
        var count = Math.Min(Math.Min(buffer.Length, Piece), content.Length - _position);
        content.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}

/// <summary>The client broke off its upload.</summary>
internal sealed class ClientGoneException() : IOException("The client went away.");
