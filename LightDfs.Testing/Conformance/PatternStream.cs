namespace LightDfs.Testing.Conformance;

/// <summary>So many bytes, each a function of its position; comes in uneven pieces. May fail instead of going on after them.</summary>
internal sealed class PatternStream(long length, Exception? failure = null) : Stream
{
    private long _position;

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public static byte ByteAt(long position) => (byte)((position * 31) + (position >> 8) + (position >> 16));

    /// <summary>Reads to the end; the number of bytes, all of which are as they should be.</summary>
    public static async Task<long> CheckAsync(Stream? stream, CancellationToken cancellationToken = default)
    {
        var position = 0L;
        var buffer = new byte[50_000];
        for (var read = -1; stream is not null && read != 0;)
        {
            read = await stream.ReadAsync(buffer, cancellationToken);
            for (var i = 0; i < read; i++, position++)
            {
                if (buffer[i] != ByteAt(position))
                {
                    throw new InvalidDataException($"Byte {position} was changed.");
                }
            }
        }
        return position;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, 20_011), length - _position);
        if (count == 0 && buffer.Length > 0 && failure is not null)
        {
            throw failure;
        }
        for (var i = 0; i < count; i++)
        {
            buffer[i] = ByteAt(_position++);
        }
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
