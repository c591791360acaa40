using System.Collections.Concurrent;
using LightDfs.Ring;

namespace LightDfs.Tests.Promises.Crashes;

/// <summary>Makes each ring once: hundreds of clusters with the same machines need the same few, and making one costs more than all the rest.</summary>
internal sealed class KeptRings : IHashRing
{
    private readonly IHashRing _ring;
    private readonly ConcurrentDictionary<string, IHashRing> _made;

    public KeptRings()
        : this(new RendezvousHashRing(), new(StringComparer.Ordinal))
    {
    }

    private KeptRings(IHashRing ring, ConcurrentDictionary<string, IHashRing> made) => (_ring, _made) = (ring, made);

    public string Kind => _ring.Kind;

    public UInt128 Fingerprint => _ring.Fingerprint;

    public int Replicas => _ring.Replicas;

    public ReadOnlySpan<RingMember> Members => _ring.Members;

    /// <summary>From any of the rings: the next one is made from the last.</summary>
    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        var list = members.OrderBy(member => member.Id).ToList();
        return _made.GetOrAdd($"{replicas} {string.Join(' ', list)}", _ => new KeptRings(_ring.WithMembers(list, replicas), _made));
    }

    public ReadOnlySpan<ushort> OwnersOf(int partition) => _ring.OwnersOf(partition);

    public int PreferenceOf(int partition, Span<ushort> destination) => _ring.PreferenceOf(partition, destination);
}
