using System.Numerics;
using System.Runtime.CompilerServices;
using LightDfs.Ring;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage.Index;

/// <summary>
/// What is held, in memory: by partition with its digest, and in id order. A cache of what the disk says. Everything changes together in one critical section. Thread-safe.
/// </summary>
internal sealed partial class ReplicaIndex
{
    private readonly Lock _lock = new();
    private readonly IdOrder _order = new();
    private readonly SortedSet<(DateTimeOffset At, FileId Id)> _expiring = [];
    private readonly PartitionHoldings?[] _partitions = new PartitionHoldings?[Partitions.Count];
    // A bit for each partition that has ever been held: of a large cluster's partitions a machine holds few, and they are listed for every comparison.
    private readonly ulong[] _used = new ulong[Partitions.Count / 64];
    private readonly VolumeUse _use = new();
    private long _generation;
    private long _count;
    private long _damaged;
    private long _tombstones;
    private long _bytes;

    public IndexTotals Totals
    {
        get
        {
            lock (_lock)
            {
                return new IndexTotals(_count - _tombstones, _damaged, _tombstones, _bytes);
            }
        }
    }

    /// <summary>A number that nothing here has had.</summary>
    public long NextGeneration() => Interlocked.Increment(ref _generation);

    public ReplicaStamp? Find(FileId id)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            return Unsafe.IsNullRef(ref slot) ? null : slot.Stamp;
        }
    }

    public HeldReplica? Held(FileId id)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            return Unsafe.IsNullRef(ref slot) ? null : slot.Held;
        }
    }

    /// <summary>Puts this, which has a file of its own, in place of whatever is held under its id.</summary>
    public void Put(ReplicaStamp stamp, DateTimeOffset? expiresAt = null)
    {
        lock (_lock)
        {
            Replace(IndexSlot.Of(stamp, NextGeneration(), expiresAt, default));
        }
    }

    /// <summary>Nothing is held under this id any more, and no volume has an entry of it that counts.</summary>
    public void Remove(FileId id)
    {
        lock (_lock)
        {
            RemoveSlot(id);
        }
    }

    /// <summary>Takes a tombstone out of the digest.</summary>
    public void Forget(FileId id)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            if (!Unsafe.IsNullRef(ref slot) && slot is { State: ReplicaState.Deleted, IsForgotten: false })
            {
                Replace(slot with { IsForgotten = true });
            }
        }
    }

    /// <summary>Marks a replica damaged, unless it has been replaced or deleted since this generation of it was seen.</summary>
    /// <returns>True when it was not marked before.</returns>
    public bool MarkDamaged(FileId id, long generation)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            if (Unsafe.IsNullRef(ref slot) || slot.Generation != generation || slot.State != ReplicaState.Present)
            {
                return false;
            }
            Replace(slot with { State = ReplicaState.Damaged });
            return true;
        }
    }

    public IReadOnlyList<ReplicaStamp> List(FileId? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        lock (_lock)
        {
            return [.. _order.After(after).Take(limit).Select(id => SlotOf(id).Stamp)];
        }
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
            if (_partitions[partition] is not { } holdings)
            {
                return [];
            }
            var stamps = new ReplicaStamp[holdings.Slots.Length];
            for (var at = 0; at < stamps.Length; at++)
            {
                stamps[at] = holdings.Slots[at].Stamp;
            }
            return stamps;
        }
    }

    public IReadOnlyList<HeldPartition> ListPartitions()
    {
        var held = new List<HeldPartition>();
        lock (_lock)
        {
            for (var word = 0; word < _used.Length; word++)
            {
                for (var bits = _used[word]; bits != 0; bits &= bits - 1)
                {
                    var partition = (word * 64) + BitOperations.TrailingZeroCount(bits);
                    if (_partitions[partition] is { Slots.Length: > 0 and var count } holdings)
                    {
                        held.Add(new(partition, holdings.Digest, count - holdings.Tombstones, holdings.Tombstones, holdings.Bytes));
                    }
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

    private ref IndexSlot SlotOf(FileId id)
    {
        if (_partitions[Partitions.Of(id)] is { } partition)
        {
            return ref partition.Find(id);
        }
        return ref Unsafe.NullRef<IndexSlot>();
    }

    private void Replace(IndexSlot slot)
    {
        var number = Partitions.Of(slot.Id);
        var partition = _partitions[number] ??= new PartitionHoldings();
        _used[number / 64] |= 1UL << (number % 64);
        ref var former = ref partition.Find(slot.Id);
        if (Unsafe.IsNullRef(ref former))
        {
            partition.Add(slot);
            _order.Add(slot.Id);
        }
        else
        {
            partition.Discount(former);
            Count(former, -1);
            former = slot;
        }
        partition.Count(slot);
        Count(slot, 1);
    }

    private void RemoveSlot(FileId id)
    {
        ref var former = ref SlotOf(id);
        if (!Unsafe.IsNullRef(ref former))
        {
            var partition = _partitions[Partitions.Of(id)]!;
            partition.Discount(former);
            Count(former, -1);
            partition.Remove(id);
            _order.Remove(id);
        }
    }

    private void Count(in IndexSlot slot, int by)
    {
        if (slot.ExpiresAt is { } at)
        {
            _ = by > 0 ? _expiring.Add((at, slot.Id)) : _expiring.Remove((at, slot.Id));
        }
        if (by > 0)
        {
            _use.Take(slot.Place);
        }
        else
        {
            _use.Release(slot.Place);
        }
        _count += by;
        _damaged += slot.State == ReplicaState.Damaged ? by : 0;
        _tombstones += slot.State == ReplicaState.Deleted ? by : 0;
        _bytes += slot.Length * by;
    }
}
