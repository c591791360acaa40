namespace LightDfs.Ring;

/// <summary>A ring, and which partitions each of its machines owns a copy of: found out once for all of them, when it is first asked for. Thread-safe.</summary>
internal sealed class RingShares
{
    /// <summary>Sets that are kept: one takes 8 KiB, whatever is in it, and a large ring has many.</summary>
    private const int MostKept = 64;

    private static PartitionSet Nothing { get; } = PartitionSet.None();
    private readonly Lazy<Table> _table;
    private readonly PartitionSet?[] _kept;

    public RingShares(IHashRing ring)
    {
        Ring = ring;
        _table = new(() => new Table(ring));
        _kept = new PartitionSet?[Math.Min(ring.Members.Length, MostKept)];
    }

    public IHashRing Ring { get; }

    /// <summary>What a machine owns a copy of; nothing when the ring is without it. Shared: not to be changed.</summary>
    public PartitionSet Of(MachineId machine)
    {
        if (NumberOf(machine) is not { } number)
        {
            return Nothing;
        }
        if (number < _kept.Length && Volatile.Read(ref _kept[number]) is { } kept)
        {
            return kept;
        }
        var owned = PartitionSet.None();
        foreach (var partition in _table.Value.Of(number))
        {
            owned.Add(partition);
        }
        if (number < _kept.Length)
        {
            Volatile.Write(ref _kept[number], owned);
        }
        return owned;
    }

    /// <summary>The partitions that a machine owns a copy of, in order.</summary>
    public ReadOnlySpan<ushort> PartitionsOf(MachineId machine) => NumberOf(machine) is { } number ? _table.Value.Of(number) : default;

    /// <summary>Of how many partitions a machine owns a copy.</summary>
    public int CountOf(MachineId machine) => PartitionsOf(machine).Length;

    /// <summary>Machines that own copies of partitions that this one owns a copy of, by id.</summary>
    public MachineId[] CoOwnersOf(MachineId machine)
    {
        if (NumberOf(machine) is not { } own)
        {
            return [];
        }
        var found = new SortedSet<int>();
        foreach (var partition in _table.Value.Of(own))
        {
            foreach (var owner in Ring.OwnersOf(partition))
            {
                found.Add(owner);
            }
        }
        found.Remove(own);
        return [.. found.Select(number => Ring.Members[number].Id)];
    }

    private int? NumberOf(MachineId machine)
    {
        var members = Ring.Members;
        var (low, high) = (0, members.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = members[middle].Id.CompareTo(machine);
            if (order == 0)
            {
                return middle;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    /// <summary>The partitions of each machine, one machine's after the other's.</summary>
    private sealed class Table
    {
        private readonly int[] _starts;
        private readonly ushort[] _partitions;

        public Table(IHashRing ring)
        {
            var members = ring.Members.Length;
            _starts = new int[members + 1];
            var all = members == 0 ? 0 : Partitions.Count;
            for (var partition = 0; partition < all; partition++)
            {
                foreach (var owner in ring.OwnersOf(partition))
                {
                    _starts[owner + 1]++;
                }
            }
            for (var number = 0; number < members; number++)
            {
                _starts[number + 1] += _starts[number];
            }
            _partitions = new ushort[_starts[members]];
            var next = _starts.AsSpan().ToArray();
            for (var partition = 0; partition < all; partition++)
            {
                foreach (var owner in ring.OwnersOf(partition))
                {
                    _partitions[next[owner]++] = (ushort)partition;
                }
            }
        }

        public ReadOnlySpan<ushort> Of(int number) => _partitions.AsSpan(_starts[number], _starts[number + 1] - _starts[number]);
    }
}
