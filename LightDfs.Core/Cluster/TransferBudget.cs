namespace LightDfs.Cluster;

/// <summary>The memory that all uploads of a machine share, in whole segments, given out in the order of asking.</summary>
internal sealed class TransferBudget(long memory, int segmentSize) : IDisposable
{
    private readonly SemaphoreSlim _segments = new((int)Math.Max(1, memory / segmentSize));

    /// <summary>Segments that nobody holds.</summary>
    public int Available => _segments.CurrentCount;

    /// <summary>Waits for one segment.</summary>
    public Task TakeAsync(CancellationToken cancellationToken) => _segments.WaitAsync(cancellationToken);

    public void Return() => _segments.Release();

    public void Dispose() => _segments.Dispose();
}
