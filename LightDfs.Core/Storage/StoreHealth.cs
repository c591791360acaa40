namespace LightDfs.Storage;

/// <summary>
/// Whether the store may still write and confirm. A failed flush ends that until a restart: the system may have dropped what it could not write,
/// and reports it only once, so no later success means anything.
/// </summary>
internal sealed class StoreHealth(string root)
{
    private enum Phase
    {
        New,
        Open,
        Closed,
    }

    private volatile string? _failure;
    private volatile Phase _phase;

    public string? Failure => _failure;

    public void Open() => _phase = Phase.Open;

    public void Close() => _phase = Phase.Closed;

    public bool IsClosed => _phase == Phase.Closed;

    public void Fail(StorageException cause) => _failure ??= $"A flush failed, so nothing is stored or confirmed until a restart. {cause.Message}";

    /// <exception cref="InvalidOperationException">Not opened yet.</exception>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_phase == Phase.Closed, typeof(FileReplicaStore));
        if (_phase == Phase.New)
        {
            throw new InvalidOperationException($"The store in '{root}' is not open. Call OpenAsync first.");
        }
    }

    /// <exception cref="StorageException">A flush failed since the store was opened.</exception>
    public void CheckWritable()
    {
        CheckOpen();
        CheckFlushes();
    }

    /// <exception cref="StorageException">A flush failed since the store was opened, whosever it was.</exception>
    public void CheckFlushes()
    {
        if (_failure is { } failure)
        {
            throw new StorageException(StorageFailure.Failing, failure);
        }
    }
}
