using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using LightDfs.Files;

namespace LightDfs.Cluster;

/// <summary>
/// Reads an upload a segment at a time, and hashes all of it. Its first 64 KiB are free; from then on each segment takes its place in the machine's transfer memory.
/// </summary>
internal sealed class UploadReader(Stream content, TransferBudget budget, bool withSha256, TimeProvider time) : IDisposable
{
    private const int Free = 64 * 1024;

    // How long one segment may take to come while others wait for its place, and how often that is looked at.
    private static readonly TimeSpan SegmentLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    // Only where there is more than one segment: what comes in one piece is hashed in one go.
    private XxHash128? _hasher;
    private readonly IncrementalHash? _sha256 = withSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    // The byte after the last segment, by which one that just fits is told from one that goes on.
    private readonly byte[] _ahead = new byte[1];
    private bool _hasAhead;

    /// <summary>Bytes of a segment.</summary>
    public int SegmentSize => budget.SegmentSize;

    /// <summary>Bytes read so far.</summary>
    public long Length { get; private set; }

    /// <summary>True once everything was read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>XxHash128 of everything, once it was read.</summary>
    public UInt128 Checksum { get; private set; }

    /// <summary>SHA-256 of what was read, as text; <see langword="null"/> when it is not wanted.</summary>
    public string? Sha256 => _sha256 is null ? null : Convert.ToHexStringLower(_sha256.GetCurrentHash());

    /// <summary>The next segment, for the caller to dispose. The first may be empty; after it, called only until <see cref="IsAtEnd"/>.</summary>
    /// <exception cref="FileTooLargeException">There is more than can be stored.</exception>
    public async ValueTask<UploadBuffer> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = Length == 0 ? await ReadFirstAsync(cancellationToken).ConfigureAwait(false) : await ReadNextAsync(cancellationToken).ConfigureAwait(false);
        Length += buffer.Content.Length;
        Hash(buffer.Content.Span);
        _sha256?.AppendData(buffer.Content.Span);
        if (Length > LongestFile)
        {
            buffer.Dispose();
            throw new FileTooLargeException(LongestFile);
        }
        return buffer;
    }

    public void Dispose() => _sha256?.Dispose();

    private void Hash(ReadOnlySpan<byte> content)
    {
        if (IsAtEnd && _hasher is null)
        {
            Checksum = XxHash128.HashToUInt128(content);
            return;
        }
        _hasher ??= new XxHash128();
        _hasher.Append(content);
        if (IsAtEnd)
        {
            Checksum = _hasher.GetCurrentHashAsUInt128();
        }
    }

    private long LongestFile => SegmentLayout.LongestFile(SegmentSize);

    private async ValueTask<UploadBuffer> ReadFirstAsync(CancellationToken cancellationToken)
    {
        if (content.CanSeek && content.Length - content.Position > LongestFile)
        {
            throw new FileTooLargeException(LongestFile);
        }
        var free = ArrayPool<byte>.Shared.Rent(Free);
        // Not returned when this throws: whoever was reading into it may still do so.
        var length = await content.ReadAtLeastAsync(free.AsMemory(0, Free), Free, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length < Free)
        {
            IsAtEnd = true;
            return new UploadBuffer(free, length, null);
        }
        var segment = await budget.TakeAsync(cancellationToken).ConfigureAwait(false);
        free.AsSpan(0, Free).CopyTo(segment);
        ArrayPool<byte>.Shared.Return(free);
        return await FillAsync(segment, Free, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<UploadBuffer> ReadNextAsync(CancellationToken cancellationToken)
    {
        var segment = await budget.TakeAsync(cancellationToken).ConfigureAwait(false);
        var length = 0;
        if (_hasAhead)
        {
            (segment[0], length, _hasAhead) = (_ahead[0], 1, false);
        }
        return await FillAsync(segment, length, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="UploadTooSlowException">It takes too long, and others wait for the place.</exception>
    private async ValueTask<UploadBuffer> FillAsync(byte[] segment, int length, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var look = time.CreateTimer(_ => StopIfWaitedFor(stop), null, SegmentLimit, LookEvery);
        await using (look.ConfigureAwait(false))
        {
            try
            {
                var room = segment.Length - length;
                length += await content.ReadAtLeastAsync(segment.AsMemory(length), room, throwOnEndOfStream: false, stop.Token).ConfigureAwait(false);
                _hasAhead = length == segment.Length && await content.ReadAsync(_ahead, stop.Token).ConfigureAwait(false) == 1;
                IsAtEnd = !_hasAhead;
                return new UploadBuffer(segment, length, budget);
            }
            catch (Exception cause)
            {
                // Whoever was reading into it may still do so when it was cancelled: these bytes are never used again.
                budget.GiveUp();
                if (cause is OperationCanceledException && stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new UploadTooSlowException(SegmentLimit, cause);
                }
                throw;
            }
        }
    }

    private void StopIfWaitedFor(CancellationTokenSource stop)
    {
        if (budget.IsWaitedFor)
        {
            stop.Cancel();
        }
    }
}
