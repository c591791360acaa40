namespace LightDfs.Testing.Conformance;

/// <summary>Gives so many bytes, then nothing until its reader stops waiting.</summary>
internal sealed class GatedStream(int given) : Stream
{
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = given;

    /// <summary>Completes when a reader stopped waiting, or the stream was disposed.</summary>
    public Task GaveUp => _gaveUp.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left > 0)
        {
            var count = Math.Min(_left, buffer.Length);
            buffer.Span[..count].Clear();
            _left -= count;
            return count;
        }
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
        finally
        {
            _gaveUp.TrySetResult();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _gaveUp.TrySetResult();
        base.Dispose(disposing);
    }
}
