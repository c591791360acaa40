using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>
/// A peer's replica, read in windows of whole pages: 256 KiB first, then twice as much as long as the reading goes on, up to one segment. Pages are checked against
/// the checksums in the signed head, so what a peer's disk or the way here spoiled is not passed on.
/// </summary>
internal sealed class RemoteContent(Peer peer, PeerClient client, FileId id, int segmentSize, TimeProvider time) : IReplicaContent
{
    private readonly int _largestWindow = Math.Min(ReplicaWire.WindowPages, Math.Max(PageWindow.FirstCount, segmentSize / Pages.Size));
    private PeerAnswer? _window;
    private CancellationTokenSource? _windowLife;
    private ulong[] _checksums = [];
    private int _windowStart;
    private int _next;
    private int _windowPages = PageWindow.FirstCount;

    public FileRecord Record { get; private set; } = null!;

    public UInt128 Version { get; private set; }

    /// <summary>Asks for the first window. What the peer holds instead; <see langword="null"/> when it has the replica.</summary>
    public async Task<Probe<IReplicaContent>?> OpenAsync(UInt128 version, PageWindow first, CancellationToken cancellationToken)
    {
        _windowPages = Math.Clamp(first.Count, 1, _largestWindow);
        return await AskAsync(version, first.Page, withRecord: true, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> ReadAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        buffer = buffer[..Math.Min(Pages.Size, buffer.Length)];
        if (_window is null || page != _next || page >= _windowStart + _checksums.Length)
        {
            _windowPages = page == _next ? Math.Min(_windowPages * 2, _largestWindow) : PageWindow.FirstCount;
            if (await AskAsync(Version, page, withRecord: false, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                throw new PeerRefusedException($"it has the replica no longer ({refusal.Result})");
            }
            if (_checksums.Length == 0)
            {
                throw new PeerRefusedException("its replica is shorter than its record says");
            }
        }
        // Until it is read whole, the body stands in the middle of a page: one who was cancelled and comes again must not read on from there.
        _next = -1;
        await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        _next = page + 1;
        if (XxHash3.HashToUInt64(buffer.Span) != _checksums[page - _windowStart])
        {
            throw new PeerRefusedException($"page {page} from it fails verification");
        }
        return buffer.Length;
    }

    public async ValueTask DisposeAsync()
    {
        if (_window is { } window)
        {
            _window = null;
            await window.DisposeAsync().ConfigureAwait(false);
            _windowLife?.Dispose();
        }
    }

    private ValueTask ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Ends with the window's life.
        var read = _window!.Body.ReadExactlyAsync(buffer, CancellationToken.None);
        return read.IsCompletedSuccessfully ? read : WaitForBodyAsync(read, cancellationToken);
    }

    /// <summary>Waits for a page. Who gives up on it gives up the window, which stands in the middle of that page.</summary>
    private async ValueTask WaitForBodyAsync(ValueTask read, CancellationToken cancellationToken)
    {
        var life = _windowLife!;
        var contact = peer.InContact;
        // A disk that hangs, or a connection that is gone without a word, ends nothing by itself while heartbeats go on.
        using var late = new CancellationTokenSource(TransferTimeouts.Question, time);
        try
        {
            await using (late.Token.UnsafeRegister(Cancel, life).ConfigureAwait(false))
            await using (cancellationToken.UnsafeRegister(Cancel, life).ConfigureAwait(false))
            await using (contact.UnsafeRegister(Cancel, life).ConfigureAwait(false))
            {
                await read.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException cause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw contact.IsCancellationRequested
                ? new PeerUnreachableException(_window!.Address, "it went down while it was read.", cause)
                : new PeerUnreachableException(
                    _window!.Address, $"a page of it did not come within {TransferTimeouts.Question.TotalSeconds:0.#} s.", new TimeoutException("The peer did not send in time.", cause));
        }
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();

    private async Task<Probe<IReplicaContent>?> AskAsync(UInt128 version, int page, bool withRecord, CancellationToken cancellationToken)
    {
        await DisposeAsync().ConfigureAwait(false);
        // The caller's token ends the asking; what was opened outlives it.
        var life = new CancellationTokenSource();
        PeerAnswer answer;
        try
        {
            await using (cancellationToken.UnsafeRegister(Cancel, life).ConfigureAwait(false))
            {
                answer = await client.CallAsync(
                    peer, Operation.Read, ReplicaWire.Read(id, version, page, _windowPages, withRecord), null, TransferTimeouts.Question, life.Token,
                    expectsLongReply: _windowPages > PageWindow.FirstCount).ConfigureAwait(false);
            }
        }
        catch
        {
            life.Dispose();
            throw;
        }
        if (answer.Status != PeerStatus.Ok)
        {
            using (life)
            await using (answer.ConfigureAwait(false))
            {
                return RemoteHolder.Probe<IReplicaContent>(answer);
            }
        }
        (_window, _windowLife) = (answer, life);
        if (!ReplicaWire.TryReadWindow(answer.Payload.Span, out var found, out var record, out _checksums)
            || (version != 0 && found != version) || (withRecord && (record is null || record.Version != found)) || Pages.CountOf(answer.BodyLength) != _checksums.Length)
        {
            throw new PeerRefusedException("its answer contradicts itself");
        }
        Version = found;
        Record = record ?? Record;
        (_windowStart, _next) = (page, page);
        return null;
    }
}
