using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Cluster;

/// <summary>The memory that all uploads of a machine share: buffers of one segment each, given out in the order of asking.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has nothing to free: its wait handle is never asked for. Disposed, it would leave whoever waits waiting.")]
internal sealed class TransferBudget(long memory, int segmentSize)
{
    private readonly SemaphoreSlim _segments = new(PlacesIn(memory, segmentSize));
    private readonly int _most = PlacesIn(memory, segmentSize);
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

    /// <summary>Gives a place back at once, lest a machine that hangs hold up everybody.</summary>
    /// <param name="buffer">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="unused">Ends, in whatever way, when nobody uses these bytes any more: until then they are for nothing else.</param>
    public void Return(byte[] buffer, Task unused)
    {
        if (unused.IsCompleted)
        {
            Reuse(buffer);
        }
        else
        {
            unused.ContinueWith(
                ended =>
                {
                    // Whatever became of those who used it is noted elsewhere.
                    _ = ended.Exception;
                    Reuse(buffer);
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        _segments.Release();
    }

    /// <summary>Gives a place back whose bytes somebody may use for ever.</summary>
    public void GiveUp() => _segments.Release();

    private static int PlacesIn(long memory, int segmentSize) => (int)Math.Max(1, memory / segmentSize);

    private void Reuse(byte[] buffer)
    {
        if (_idle.Count < _most)
        {
            _idle.Add(buffer);
        }
    }
}
