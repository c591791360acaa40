using LightDfs.Ring;

namespace LightDfs.Simulation.Scale;

/// <summary>
/// The real ring, made once for all machines of a process: a ring is a pure function of its members. Rings are made from the one before, as on a real machine, and none is kept that nobody uses.
/// </summary>
internal sealed class OneRing : IHashRing
{
    private readonly IHashRing _ring;
    private readonly Dictionary<UInt128, WeakReference<OneRing>> _made;

    public OneRing()
        : this(new RendezvousHashRing(), [])
    {
    }

    private OneRing(IHashRing ring, Dictionary<UInt128, WeakReference<OneRing>> made) => (_ring, _made) = (ring, made);

    public string Kind => _ring.Kind;

    public UInt128 Fingerprint => _ring.Fingerprint;

    public int Replicas => _ring.Replicas;

    public ReadOnlySpan<RingMember> Members => _ring.Members;

    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        var sorted = members.OrderBy(member => member.Id).ToArray();
        var key = RingFingerprint.Compute(Kind, Math.Min(replicas, sorted.Length), sorted);
        if (_made.TryGetValue(key, out var kept) && kept.TryGetTarget(out var ring))
        {
            return ring;
        }
        var made = new OneRing(_ring.WithMembers(sorted, replicas), _made);
        _made[key] = new(made);
        return made;
    }

    public ReadOnlySpan<ushort> OwnersOf(int partition) => _ring.OwnersOf(partition);

    public int PreferenceOf(int partition, Span<ushort> destination) => _ring.PreferenceOf(partition, destination);
}
