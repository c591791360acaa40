using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>What a client uploads: at its own pace, in pieces, and perhaps not to the end.</summary>
internal sealed class ClientContent(byte[] content, World world, TimeSpan pace, int? breaksAt) : Stream
{
    private const int Piece = 32 * 1024;
    private int _position;

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
        if (_position >= breaksAt)
        {
            throw new ClientGoneException();
        }
        var count = Math.Min(Math.Min(buffer.Length, Piece), content.Length - _position);
        content.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
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

/// <summary>The client broke off its upload.</summary>
internal sealed class ClientGoneException() : IOException("The client went away.");
