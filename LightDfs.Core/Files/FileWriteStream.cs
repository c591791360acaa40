using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace LightDfs;

/// <summary>
/// A file being written: what is written here is stored on the way, at most a few segments behind. It exists once <see cref="CompleteAsync"/> returns. Disposing before that
/// abandons it. Not for several threads at once. Synchronous writes wait for the cluster.
/// </summary>
public sealed class FileWriteStream : Stream
{
    private const int Slice = 64 * 1024;
    private readonly Pipe _pipe = new();
    private readonly Task<StoredFile> _store;
    private bool _isEnded;
    private bool _isDisposed;

    internal FileWriteStream(IFileStore files, StoreOptions? options, CancellationToken cancellationToken) => _store = StoreAsync(files, options, cancellationToken);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_isEnded;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException("The length is known when the file is complete.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position { get => throw new NotSupportedException("A file is written from its beginning to its end."); set => throw new NotSupportedException("A file is written from its beginning to its end."); }

    /// <summary>Ends the file, and waits until it is durable. Call once, after the last byte; then dispose.</summary>
    /// <returns>The stored file.</returns>
    /// <exception cref="LightDfsException">As <see cref="IFileStore.StoreAsync"/> throws.</exception>
    /// <exception cref="InvalidOperationException">It was completed before.</exception>
    public async Task<StoredFile> CompleteAsync()
    {
        if (_isEnded)
        {
            throw new InvalidOperationException("The file was completed or abandoned before. Open another one.");
        }
        _isEnded = true;
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        return await _store.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="LightDfsException">The store failed meanwhile: as <see cref="IFileStore.StoreAsync"/> throws.</exception>
    [SuppressMessage("ApiDesign", "RS0027", Justification = "The overloads are those of every stream.")]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isEnded, this);
        // In slices: a pipe takes whatever it is given before it makes anybody wait.
        for (var left = buffer; !left.IsEmpty; left = left[Math.Min(left.Length, Slice)..])
        {
            var flushed = await _pipe.Writer.WriteAsync(left[..Math.Min(left.Length, Slice)], cancellationToken).ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                await _store.ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is written.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A file is written from its beginning to its end.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("A file is written from its beginning to its end.");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        if (!_isEnded)
        {
            _isEnded = true;
            await _pipe.Writer.CompleteAsync(new OperationCanceledException("The file was abandoned: its stream was disposed before CompleteAsync.")).ConfigureAwait(false);
        }
        // What it ends with was told by whoever noticed, or is the abandoning itself.
        await ((Task)_store).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    internal async ValueTask ThrowIfFailedAsync()
    {
        if (_store.IsCompleted)
        {
            await _store.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            // Once: disposing asynchronously ends here, too.
            _isDisposed = true;
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        base.Dispose(disposing);
    }

    private async Task<StoredFile> StoreAsync(IFileStore files, StoreOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            var content = _pipe.Reader.AsStream(leaveOpen: true);
            await using (content.ConfigureAwait(false))
            {
                return await files.StoreAsync(content, options, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // A writer that waits for room goes on, and hears what happened.
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }
}
