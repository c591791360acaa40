namespace LightDfs.Ring;

/// <summary>A ring, and which partitions each of its machines owns a copy of: found out once for all of them, when it is first asked for. Thread-safe.</summary>
internal sealed class RingShares
{
    private static PartitionSet Nothing { get; } = PartitionSet.None();
    private readonly Lazy<PartitionSet[]> _owned;

    public RingShares(IHashRing ring)
    {
        Ring = ring;
        _owned = new(Collect);
    }

    public IHashRing Ring { get; }

    /// <summary>What a machine owns a copy of; nothing when the ring is without it. Shared: not to be changed.</summary>
    public PartitionSet Of(MachineId machine)
    {
        var members = Ring.Members;
        for (var number = 0; number < members.Length; number++)
        {
            if (members[number].Id == machine)
            {
                return _owned.Value[number];
            }
        }
        return Nothing;
    }

    private PartitionSet[] Collect()
    {
        var owned = new PartitionSet[Ring.Members.Length];
        for (var number = 0; number < owned.Length; number++)
        {
            owned[number] = PartitionSet.None();
        }
        for (var partition = 0; owned.Length > 0 && partition < Partitions.Count; partition++)
        {
            foreach (var owner in Ring.OwnersOf(partition))
            {
                owned[owner].Add(partition);
            }
        }
        return owned;
    }
}
