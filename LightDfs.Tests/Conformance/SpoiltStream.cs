namespace LightDfs.Tests.Conformance;

/// <summary>A body for broken transports to spoil. Leaves the stream it reads open.</summary>
internal sealed class SpoiltStream(Stream inner) : Stream
{
    /// <summary>Ends, as if that were all, where the inner stream fails.</summary>
    public bool EndsWhereItBreaks { get; init; }

    /// <summary>Ends, as if that were all, after so many bytes.</summary>
    public long Longest { get; init; } = long.MaxValue;

    /// <summary>Bytes read so far.</summary>
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Longest - Given)], cancellationToken);
            Given += read;
            return read;
        }
        catch (IOException) when (EndsWhereItBreaks)
        {
            return 0;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
