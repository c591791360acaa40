using System.Runtime.InteropServices;

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

    private readonly RingMember[] _members;
    private readonly RendezvousMembers _candidates;
    private readonly ushort[] _owners;
    private readonly OwnerTable _table;

    /// <summary>A ring without members: the prototype from which <see cref="WithMembers"/> makes the others.</summary>
    public RendezvousHashRing() : this([], 0)
    {
    }

    private RendezvousHashRing(RingMember[] sorted, int replicas, RendezvousHashRing? before = null)
    {
        _members = sorted;
        Replicas = replicas;
        Fingerprint = RingFingerprint.Compute(KindAndVersion, replicas, sorted);
        _candidates = RendezvousMembers.Of(sorted);
        _owners = before is null ? RendezvousTable.Build(_candidates, replicas) : UpdatedFrom(before);
        _table = new OwnerTable(_owners, replicas, sorted.Length);
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
        var sorted = RingMembers.Sorted(members);
        var owners = OwnerTable.ReplicasOf(replicas, sorted.Length);
        return new RendezvousHashRing(sorted, owners, owners == Replicas && owners > 0 && IsNear(sorted) ? this : null);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> OwnersOf(int partition) => _table.OwnersOf(partition);

    /// <inheritdoc/>
    public int PreferenceOf(int partition, Span<ushort> destination)
    {
        var wanted = _table.Fitting(partition, destination);
        if (wanted.Length <= Replicas)
        {
            _table.OwnersOf(partition)[..wanted.Length].CopyTo(wanted);
        }
        else
        {
            RendezvousPreference.Write(_candidates, partition, wanted);
        }
        return wanted.Length;
    }

    /// <summary>True when so few members differ that making a ring from this one costs less than from nothing.</summary>
    private bool IsNear(RingMember[] sorted)
    {
        var known = _members.ToHashSet();
        var kept = sorted.Count(known.Contains);
        return (_members.Length - kept + sorted.Length - kept) * 8 <= sorted.Length;
    }

    private ushort[] UpdatedFrom(RendezvousHashRing before)
    {
        var numbers = new int[before._members.Length];
        var added = new List<ushort>();
        var old = 0;
        for (var number = 0; number < _members.Length; number++)
        {
            while (old < numbers.Length && before._members[old].Id < _members[number].Id)
            {
                numbers[old++] = -1;
            }
            var isKnown = old < numbers.Length && before._members[old].Id == _members[number].Id;
            var isSame = isKnown && before._members[old] == _members[number];
            if (!isSame)
            {
                added.Add((ushort)number);
            }
            if (isKnown)
            {
                numbers[old++] = isSame ? number : -1;
            }
        }
        numbers.AsSpan(old).Fill(-1);
        return RendezvousTable.Update(before._owners, numbers, CollectionsMarshal.AsSpan(added), _candidates, Replicas);
    }

    /// <summary>True when the other ring has the same <see cref="Fingerprint"/>, and so the same owners everywhere.</summary>
    public bool Equals(RendezvousHashRing? other) => other is not null && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RendezvousHashRing);

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint.GetHashCode();
}
