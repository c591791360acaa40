using LightDfs.Ring;

namespace LightDfs.Storage;

/// <summary>
/// What is held, in memory: by id, in id order, and by partition with its digest. Everything changes together in one critical section. Thread-safe.
/// </summary>
internal sealed class ReplicaIndex
{
    private static readonly FileId Last = new(UInt128.MaxValue);
    private readonly Lock _lock = new();
    private readonly Dictionary<FileId, HeldReplica> _held = [];
    private readonly SortedSet<FileId> _order = [];
    private readonly SortedSet<(DateTimeOffset At, FileId Id)> _expiring = [];
    private readonly PartitionHoldings?[] _partitions = new PartitionHoldings?[Partitions.Count];
    private long _generation;
    private long _damaged;
    private long _tombstones;
    private long _bytes;

    public IndexTotals Totals
    {
        get
        {
            lock (_lock)
            {
                return new IndexTotals(_held.Count - _tombstones, _damaged, _tombstones, _bytes);
            }
        }
    }

    public ReplicaStamp? Find(FileId id) => Held(id)?.Stamp;

    public HeldReplica? Held(FileId id)
    {
        lock (_lock)
        {
            return _held.TryGetValue(id, out var held) ? held : null;
        }
    }

    /// <summary>Puts this in place of whatever is held under its id.</summary>
    public void Put(ReplicaStamp stamp, DateTimeOffset? expiresAt = null)
    {
        lock (_lock)
        {
            Replace(stamp, ++_generation, expiresAt);
        }
    }

    /// <summary>Nothing is held under this id any more.</summary>
    public void Remove(FileId id)
    {
        lock (_lock)
        {
            if (_held.Remove(id, out var former))
            {
                var partition = _partitions[Partitions.Of(id)]!;
                partition.Discount(former.Stamp);
                partition.Remove(id);
                _order.Remove(id);
                Count(former, -1);
            }
        }
    }

    /// <summary>Takes a tombstone out of the digest.</summary>
    public void Forget(FileId id)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(id, out var held) && held.Stamp is { State: ReplicaState.Deleted, IsForgotten: false })
            {
                Replace(held.Stamp with { IsForgotten = true }, held.Generation, null);
            }
        }
    }

    /// <summary>Marks a replica damaged, unless it has been replaced or deleted since this generation of it was seen.</summary>
    /// <returns>True when it was not marked before.</returns>
    public bool MarkDamaged(FileId id, long generation)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue(id, out var held) || held.Generation != generation || held.Stamp.State != ReplicaState.Present)
            {
                return false;
            }
            Replace(held.Stamp with { State = ReplicaState.Damaged }, generation, held.ExpiresAt);
            return true;
        }
    }

    public IReadOnlyList<ReplicaStamp> List(FileId? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var found = new List<ReplicaStamp>(Math.Min(limit, 1024));
        if (limit == 0)
        {
            return found;
        }
        lock (_lock)
        {
            foreach (var id in after is { } first ? _order.GetViewBetween(first, Last) : _order)
            {
                if (id != after)
                {
                    found.Add(_held[id].Stamp);
                    if (found.Count == limit)
                    {
                        break;
                    }
                }
            }
        }
        return found;
    }

    public IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        lock (_lock)
        {
            return [.. _expiring.TakeWhile(one => one.At <= until).Take(limit).Select(one => one.Id)];
        }
    }

    public IReadOnlyList<ReplicaStamp> ListPartition(int partition)
    {
        CheckPartition(partition);
        lock (_lock)
        {
            return _partitions[partition] is { } holdings ? [.. holdings.Ids.Select(id => _held[id].Stamp)] : [];
        }
    }

    public IReadOnlyList<HeldPartition> ListPartitions()
    {
        var held = new List<HeldPartition>();
        lock (_lock)
        {
            for (var partition = 0; partition < _partitions.Length; partition++)
            {
                if (_partitions[partition] is { Ids.Count: > 0 } holdings)
                {
                    held.Add(new(partition, holdings.Digest, holdings.Ids.Count - holdings.Tombstones, holdings.Tombstones, holdings.Bytes));
                }
            }
        }
        return held;
    }

    public PartitionDigest DigestOf(int partition)
    {
        CheckPartition(partition);
        lock (_lock)
        {
            return _partitions[partition]?.Digest ?? default;
        }
    }

    private static void CheckPartition(int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Partitions.Count);
    }

    private void Replace(ReplicaStamp stamp, long generation, DateTimeOffset? expiresAt)
    {
        var partition = _partitions[Partitions.Of(stamp.Id)] ??= new PartitionHoldings();
        if (_held.TryGetValue(stamp.Id, out var former))
        {
            partition.Discount(former.Stamp);
            Count(former, -1);
        }
        else
        {
            partition.Add(stamp.Id);
            _order.Add(stamp.Id);
        }
        partition.Count(stamp);
        var held = new HeldReplica(stamp, generation, expiresAt);
        Count(held, 1);
        _held[stamp.Id] = held;
    }

    private void Count(HeldReplica held, int by)
    {
        var stamp = held.Stamp;
        if (held.ExpiresAt is { } at)
        {
            _ = by > 0 ? _expiring.Add((at, stamp.Id)) : _expiring.Remove((at, stamp.Id));
        }
        _damaged += stamp.State == ReplicaState.Damaged ? by : 0;
        _tombstones += stamp.State == ReplicaState.Deleted ? by : 0;
        _bytes += stamp.Length * by;
    }
}

/// <summary>What is held under an id, and which of the things ever held under it that is.</summary>
internal readonly record struct HeldReplica(ReplicaStamp Stamp, long Generation, DateTimeOffset? ExpiresAt);

/// <summary>Sums over everything held.</summary>
internal readonly record struct IndexTotals(long Replicas, long Damaged, long Tombstones, long Bytes);
