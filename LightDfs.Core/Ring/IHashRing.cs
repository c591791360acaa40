namespace LightDfs.Ring;

/// <summary>
/// Names the machines that own a partition. Immutable, thread-safe, and a pure function of its members, kind and replica count:
/// machines that agree on the membership agree on placement without talking.
/// </summary>
/// <remarks>
/// The instance that a host app registers is a prototype, usually without members; the cluster builds the rings it uses by
/// <see cref="WithMembers"/>. Spans of member numbers are valid only with the ring they came from: what is sent or stored uses machine ids.
/// </remarks>
public interface IHashRing
{
    /// <summary>Algorithm, settings and version, such as "rendezvous/1". Machines whose kinds differ do not compare holdings.</summary>
    string Kind { get; }

    /// <summary>Digest of <see cref="Kind"/>, the number of partitions, <see cref="Replicas"/> and the sorted members. Equal on two machines when their placements are.</summary>
    UInt128 Fingerprint { get; }

    /// <summary>Owners per partition: the count asked for, or the number of members if that is smaller.</summary>
    int Replicas { get; }

    /// <summary>The members, sorted by id; a member's number is its index here.</summary>
    ReadOnlySpan<RingMember> Members { get; }

    /// <summary>A ring of the same kind over other members, in whatever order they come.</summary>
    /// <param name="members">Distinct ids, none zero; weights in 1..16,777,216; at most 65,535. May be empty.</param>
    /// <param name="replicas">Owners wanted per partition, at least 1.</param>
    /// <exception cref="ArgumentException">A member is invalid or repeated.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replicas"/> is less than 1.</exception>
    IHashRing WithMembers(IEnumerable<RingMember> members, int replicas);

    /// <summary>Numbers of the machines that own a partition, best first; <see cref="Replicas"/> of them. Does not allocate.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="partition"/> is not in 0..65,535.</exception>
    /// <exception cref="InvalidOperationException">The ring has no members.</exception>
    ReadOnlySpan<ushort> OwnersOf(int partition);

    /// <summary>
    /// Writes the numbers of all machines in order of preference: the owners first, then whom to turn to when they fail.
    /// A shorter destination takes a prefix.
    /// </summary>
    /// <returns>How many numbers were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="partition"/> is not in 0..65,535.</exception>
    /// <exception cref="InvalidOperationException">The ring has no members.</exception>
    int PreferenceOf(int partition, Span<ushort> destination);
}
