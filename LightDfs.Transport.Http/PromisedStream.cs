namespace LightDfs.Transport.Http;

/// <summary>
/// Reads a body of promised length: never more, and an early end throws instead of looking complete. Reading also ends with the token it was made with.
/// </summary>
internal class PromisedStream(Stream inner, long length, bool ownsInner, CancellationToken cancellation) : Stream
{
    private readonly long _length = length;

    /// <summary>Bytes that were not read yet.</summary>
    public long Left { get; private set; } = length;

    /// <summary>Whether anyone began to read.</summary>
    public bool IsTouched { get; private set; }

    public static EndOfStreamException EndedShort(long left, long length) => new($"The body ended {left} bytes short of the {length} it promised.");

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellation.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        IsTouched = true;
        var wanted = (int)Math.Min(buffer.Length, Left);
        if (wanted == 0)
        {
            return 0;
        }
        if (!cancellation.CanBeCanceled || !cancellationToken.CanBeCanceled || cancellation == cancellationToken)
        {
            return Count(await inner.ReadAsync(buffer[..wanted], cancellation.CanBeCanceled ? cancellation : cancellationToken).ConfigureAwait(false));
        }
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, cancellationToken);
        return Count(await inner.ReadAsync(buffer[..wanted], both.Token).ConfigureAwait(false));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        IsTouched = true;
        var wanted = (int)Math.Min(buffer.Length, Left);
        return wanted == 0 ? 0 : Count(inner.Read(buffer[..wanted]));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (ownsInner)
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsInner)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>So many bytes were read, of those that <see cref="Left"/> counts.</summary>
    protected virtual void Took(int count)
    {
    }

    private int Count(int read)
    {
        if (read == 0)
        {
            throw EndedShort(Left, _length);
        }
        Left -= read;
        Took(read);
        return read;
    }
}
