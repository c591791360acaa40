namespace CustomTransport;

/// <summary>A body coming over a connection: exactly as many bytes as promised, or an exception. It never looks complete when it is not.</summary>
/// <param name="connection">What it comes over. Left open.</param>
/// <param name="length">How many bytes were promised.</param>
/// <param name="ended">Ends reading, whatever the reader's own token says.</param>
internal sealed class BodyStream(Stream connection, long length, CancellationToken ended) : Stream
{
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _length = length;
    private long _left = length;

    /// <summary>Completes when the last byte was read, or nobody will read on.</summary>
    public Task Taken => _taken.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellationToken);
        var read = await connection.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], either.Token);
        if (read == 0)
        {
            throw new EndOfStreamException($"The body broke off {_left} bytes short of the {_length} it promised.");
        }
        _left -= read;
        if (_left == 0)
        {
            _taken.TrySetResult();
        }
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _taken.TrySetResult();
        base.Dispose(disposing);
    }
}
