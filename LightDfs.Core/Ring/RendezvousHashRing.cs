namespace LightDfs.Ring;

/// <summary>
/// The default ring: weighted rendezvous hashing over fixed partitions. A machine that comes or goes replaces at most one owner of any
/// partition, and the owners lie in as many different zones as there are.
/// </summary>
/// <remarks>
/// <para>Owners are picked one by one: the machine of least (cost, id) among the zones that hold fewest owners so far and still have an unused
/// machine; the same picking carried on through all machines is the order of preference. A machine's share grows with its weight, except
/// that no machine can own a partition twice and no zone more than its turn. See Thaler and Ravishankar, "Using name-based mappings to
/// increase hit rates", 1998, and for the weights Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005.</para>
/// <para>Integer arithmetic only: equal members give equal owners on every platform. A ring keeps 128 KiB for each owner of a partition.
/// Two rings are equal when their <see cref="Fingerprint"/>s are.</para>
/// </remarks>
public sealed class RendezvousHashRing : IHashRing, IEquatable<RendezvousHashRing>
{
    private const string KindAndVersion = "rendezvous/1";
    private const int MaxReplicas = int.MaxValue / Partitions.Count;

    private readonly RingMember[] _members;
    private readonly RendezvousMembers _candidates;
    private readonly ushort[] _owners;

    /// <summary>A ring without members: the prototype from which <see cref="WithMembers"/> makes the others.</summary>
    public RendezvousHashRing() : this([], 0)
    {
    }

    private RendezvousHashRing(RingMember[] sorted, int replicas)
    {
        _members = sorted;
        Replicas = replicas;
        Fingerprint = RingFingerprint.Compute(KindAndVersion, replicas, sorted);
        _candidates = RendezvousMembers.Of(sorted);
        _owners = RendezvousTable.Build(_candidates, replicas);
    }

    /// <inheritdoc/>
    public string Kind => KindAndVersion;

    /// <inheritdoc/>
    public UInt128 Fingerprint { get; }

    /// <inheritdoc/>
    public int Replicas { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<RingMember> Members => _members;

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="members"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="replicas"/> is less than 1, or above 32,767 with more members than that: such a table has no room in memory.
    /// </exception>
    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        var sorted = RingMembers.Sorted(members);
        var possible = Math.Min(replicas, sorted.Length);
        return possible <= MaxReplicas
            ? new RendezvousHashRing(sorted, possible)
            : throw new ArgumentOutOfRangeException(
                nameof(replicas), replicas, $"A partition cannot have more than {MaxReplicas} owners. Ask for fewer replicas.");
    }

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> OwnersOf(int partition)
    {
        ThrowUnlessAnswerable(partition);
        return _owners.AsSpan(partition * Replicas, Replicas);
    }

    /// <inheritdoc/>
    public int PreferenceOf(int partition, Span<ushort> destination)
    {
        ThrowUnlessAnswerable(partition);
        var wanted = destination[..Math.Min(destination.Length, _members.Length)];
        if (wanted.Length <= Replicas)
        {
            _owners.AsSpan(partition * Replicas, wanted.Length).CopyTo(wanted);
        }
        else
        {
            RendezvousPreference.Write(_candidates, partition, wanted);
        }
        return wanted.Length;
    }

    /// <summary>True when the other ring has the same <see cref="Fingerprint"/>, and so the same owners everywhere.</summary>
    public bool Equals(RendezvousHashRing? other) => other is not null && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RendezvousHashRing);

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint.GetHashCode();

    private void ThrowUnlessAnswerable(int partition)
    {
        if ((uint)partition >= Partitions.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"Partitions are numbered 0 to {Partitions.Count - 1}.");
        }
        if (_members.Length == 0)
        {
            throw new InvalidOperationException("The ring has no machines, so nobody owns anything. Build one by WithMembers from the members of the cluster.");
        }
    }
}
