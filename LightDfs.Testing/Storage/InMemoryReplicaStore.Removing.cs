using LightDfs.Storage;

namespace LightDfs.Testing.Storage;

public sealed partial class InMemoryReplicaStore
{
    /// <summary>What set aside replicas are stamped with. Default: the time of 1 January 2026.</summary>
    public TimeProvider? Time { get; set; }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        cancellationToken.ThrowIfCancellationRequested();
        return new(WithHeld(held, isAllowed, () => _replicas.Remove(held.Id)));
    }

    /// <inheritdoc/>
    public void Forget(FileId id) => Opened().Forget(id);

    /// <inheritdoc/>
    public ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        SetAsideRule.Check(held);
        cancellationToken.ThrowIfCancellationRequested();
        return new(WithHeld(held, isAllowed, () => KeepAside(held, reason)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<SetAsideReplica> ListSetAside()
    {
        lock (_lock)
        {
            CheckOpen();
            return [.. _aside.Values.Select(one => one.Aside)];
        }
    }

    /// <inheritdoc/>
    public bool HasSetAside(FileId id)
    {
        lock (_lock)
        {
            CheckOpen();
            return _aside.Keys.Any(key => key.Id == id);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReplicaReader?> OpenSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckOpen();
            return new(_aside.TryGetValue((id, version), out var aside) ? new Reader(this, id, aside.Replica, 0) : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DiscardSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckWritable();
            return new(_aside.Remove((id, version)));
        }
    }

    private bool WithHeld(ReplicaStamp seen, Func<bool> isAllowed, Action act)
    {
        lock (_lock)
        {
            CheckWritable();
            if (_index.Find(seen.Id) != seen || !isAllowed())
            {
                return false;
            }
            act();
            _index.Remove(seen.Id);
            return true;
        }
    }

    private void KeepAside(ReplicaStamp held, SetAsideReason reason)
    {
        var at = Time?.GetUtcNow() ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var kept = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        _aside[(held.Id, held.Version)] = (new SetAsideReplica(held.Id, held.Version, held.Length, reason, kept), _replicas[held.Id]);
        _replicas.Remove(held.Id);
    }
}
