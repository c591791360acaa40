using System.Buffers;
using System.IO.Hashing;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>
/// The content of an upload, read ahead whole: at most one segment. Its first 64 KiB are free; beyond that it holds a segment of the machine's transfer memory until it is disposed.
/// </summary>
internal sealed class UploadBuffer : IDisposable
{
    private const int Free = 64 * 1024;
    private byte[] _bytes;
    private int _length;
    private TransferBudget? _budget;
    private Lazy<PeerBody> _body;
    private bool _keptByOthers;

    private UploadBuffer()
    {
        _bytes = ArrayPool<byte>.Shared.Rent(Free);
        _body = new(() => new PeerBody(Content));
    }

    public ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, _length);

    public UInt128 Checksum => XxHash128.HashToUInt128(Content.Span);

    /// <summary>The content as the body of requests; its hash is computed once, for all of them.</summary>
    public PeerBody Body => _body.Value;

    /// <exception cref="FileTooLargeException">There is more than a segment.</exception>
    public static async ValueTask<UploadBuffer> ReadAsync(Stream content, int segmentSize, TransferBudget budget, CancellationToken cancellationToken)
    {
        var buffer = new UploadBuffer();
        try
        {
            if (content.CanSeek && content.Length - content.Position > segmentSize)
            {
                throw new FileTooLargeException(segmentSize);
            }
            buffer._length = await content.ReadAtLeastAsync(buffer._bytes.AsMemory(0, Free), Free, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (buffer._length == Free)
            {
                await buffer.ReadOnAsync(content, segmentSize, budget, cancellationToken).ConfigureAwait(false);
            }
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Someone may still be reading the bytes after this is disposed, so they are not used again.</summary>
    public void KeepForOthers() => _keptByOthers = true;

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0 && !_keptByOthers)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        Interlocked.Exchange(ref _budget, null)?.Return();
    }

    private async ValueTask ReadOnAsync(Stream content, int segmentSize, TransferBudget budget, CancellationToken cancellationToken)
    {
        await budget.TakeAsync(cancellationToken).ConfigureAwait(false);
        _budget = budget;
        // One byte more than a segment: how an endless stream is told from one that just fits.
        var all = ArrayPool<byte>.Shared.Rent(segmentSize + 1);
        _bytes.AsSpan(0, _length).CopyTo(all);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = all;
        _length += await content.ReadAtLeastAsync(all.AsMemory(_length, segmentSize + 1 - _length), segmentSize + 1 - _length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (_length > segmentSize)
        {
            throw new FileTooLargeException(segmentSize);
        }
    }
}
