namespace LightDfs.Testing.Network;

/// <summary>
/// A body on its way: streamed as it is read, of exactly the promised length, and broken off with its connection; which breaks after so many bytes, if the test wants that.
/// </summary>
internal sealed class InMemoryBody(Stream inner, long length, long? breaksAfter, InMemoryConnection connection) : Stream
{
    private readonly long _length = length;
    private long _left = length;
    private bool _closed;

    /// <summary>What went wrong with the stream itself, as opposed to the connection; <see langword="null"/> if nothing did.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var before = breaksAfter is { } limit ? limit - (_length - _left) : _left;
        if (before == 0 && _left > 0)
        {
            connection.Break();
        }
        var wanted = (int)Math.Min(buffer.Length, Math.Min(before, _left));
        if (connection.Over.IsCancellationRequested)
        {
            throw connection.Ended();
        }
        if (wanted == 0)
        {
            return 0;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(connection.Over, cancellationToken);
        var read = await ReadInnerAsync(buffer[..wanted], either.Token, cancellationToken);
        _left -= read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken either, CancellationToken own)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, either);
            return read > 0 ? read : throw new EndOfStreamException($"The body ended {_left} bytes short of the {_length} it promised.");
        }
        catch (Exception exception)
        {
            if (connection.Over.IsCancellationRequested && !own.IsCancellationRequested)
            {
                throw connection.Ended();
            }
            if (own.IsCancellationRequested)
            {
                throw;
            }
            Failure = exception;
            throw exception as IOException ?? new IOException($"The body broke off: {exception.Message}", exception);
        }
    }
}
