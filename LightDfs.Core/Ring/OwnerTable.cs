namespace LightDfs.Ring;

/// <summary>The owners of every partition in one table, so that looking them up costs an addition and no memory.</summary>
/// <param name="owners">Member numbers, <paramref name="replicas"/> for each partition in turn.</param>
/// <param name="replicas">Owners of each partition.</param>
/// <param name="members">Machines of the ring.</param>
internal sealed class OwnerTable(ushort[] owners, int replicas, int members)
{
    private const int MaxReplicas = int.MaxValue / Partitions.Count;

    /// <summary>Owners that each partition gets when so many are wanted.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replicas"/> is less than 1, or the table would have no room in memory.</exception>
    public static int ReplicasOf(int replicas, int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        var possible = Math.Min(replicas, members);
        return possible <= MaxReplicas
            ? possible
            : throw new ArgumentOutOfRangeException(
                nameof(replicas), replicas, $"A partition cannot have more than {MaxReplicas} owners. Ask for fewer replicas.");
    }

    /// <inheritdoc cref="IHashRing.OwnersOf"/>
    public ReadOnlySpan<ushort> OwnersOf(int partition)
    {
        ThrowUnlessAnswerable(partition);
        return owners.AsSpan(partition * replicas, replicas);
    }

    /// <summary>Cuts what a caller gave for an order of preference down to what there is to say.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such partition.</exception>
    /// <exception cref="InvalidOperationException">The ring has no members.</exception>
    public Span<ushort> Fitting(int partition, Span<ushort> destination)
    {
        ThrowUnlessAnswerable(partition);
        return destination[..Math.Min(destination.Length, members)];
    }

    private void ThrowUnlessAnswerable(int partition)
    {
        if ((uint)partition >= Partitions.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"Partitions are numbered 0 to {Partitions.Count - 1}.");
        }
        if (members == 0)
        {
            throw new InvalidOperationException("The ring has no machines, so nobody owns anything. Build one by WithMembers from the members of the cluster.");
        }
    }
}
