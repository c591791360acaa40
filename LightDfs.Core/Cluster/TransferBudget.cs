using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Cluster;

/// <summary>The memory that all uploads of a machine share: buffers of one segment each, given out in the order of asking.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has nothing to free: its wait handle is never asked for. Disposed, it would leave whoever waits waiting.")]
internal sealed class TransferBudget(long memory, int segmentSize)
{
    private readonly SemaphoreSlim _segments = new((int)Math.Max(1, memory / segmentSize));
    private readonly ConcurrentBag<byte[]> _idle = [];
    private int _waiting;

    /// <summary>Bytes of a buffer.</summary>
    public int SegmentSize { get; } = segmentSize;

    /// <summary>Segments that nobody holds.</summary>
    public int Available => _segments.CurrentCount;

    /// <summary>True while somebody waits for a buffer.</summary>
    public bool IsWaitedFor => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits for a buffer of one segment, which the caller returns.</summary>
    public async ValueTask<byte[]> TakeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _segments.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        return _idle.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(SegmentSize);
    }

    /// <param name="buffer">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="isShared">True while somebody may still read it: then its place is free again, but these bytes are not used for anything else.</param>
    public void Return(byte[] buffer, bool isShared)
    {
        if (!isShared)
        {
            _idle.Add(buffer);
        }
        _segments.Release();
    }
}
