using System.Buffers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>A file's content as a stream: seekable, verified page by page. When no source is left it throws; it never ends early.</summary>
internal sealed class FileContentStream(IContentPages pages, long length) : Stream
{
    private byte[]? _page;
    private int _pageNumber = -1;
    private long _position;
    private bool _isDisposed;

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Reads the first page, so that a file is opened only with a source that gives it.</summary>
    public ValueTask PrimeAsync(CancellationToken cancellationToken) => length == 0 ? ValueTask.CompletedTask : LoadPageAsync(0, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }
        var number = (int)(_position / Pages.Size);
        var within = (int)(_position % Pages.Size);
        if (number != _pageNumber)
        {
            if (within == 0 && WholePages(buffer.Length) is > 0 and var whole)
            {
                return await ReadStraightAsync(number, buffer[..whole], cancellationToken).ConfigureAwait(false);
            }
            await LoadPageAsync(number, cancellationToken).ConfigureAwait(false);
        }
        var count = Math.Min(buffer.Length, LengthOf(number) - within);
        _page.AsMemory(within, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        SeekOrigin.End => length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Files are immutable.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Files are immutable.");

    public override async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            ReturnPage();
            await pages.DisposeAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            ReturnPage();
            pages.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        base.Dispose(disposing);
    }

    private int LengthOf(int page) => (int)Math.Min(Pages.Size, length - ((long)page * Pages.Size));

    private void ReturnPage()
    {
        if (_page is { } page)
        {
            (_page, _pageNumber) = (null, -1);
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    /// <summary>Bytes of the whole pages from the position on that fit into so many.</summary>
    private int WholePages(int room) => length - _position <= room ? (int)(length - _position) : room / Pages.Size * Pages.Size;

    /// <summary>Whole pages need no page of ours on their way.</summary>
    private async ValueTask<int> ReadStraightAsync(int number, Memory<byte> whole, CancellationToken cancellationToken)
    {
        var read = await pages.ReadAsync(number, whole, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    private async ValueTask LoadPageAsync(int number, CancellationToken cancellationToken)
    {
        _page ??= ArrayPool<byte>.Shared.Rent((int)Math.Min(Pages.Size, length));
        _pageNumber = -1;
        await pages.ReadAsync(number, _page.AsMemory(0, LengthOf(number)), cancellationToken).ConfigureAwait(false);
        _pageNumber = number;
    }
}
