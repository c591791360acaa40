using LightDfs.Ring;

namespace LightDfs.Simulation.Machines;

/// <summary>Makes each ring once for all machines of a run: a ring is a pure function of its members, and making one is most of what a simulated membership change costs.</summary>
internal sealed class SharedRings(IHashRing prototype) : IHashRing
{
    private readonly IHashRing _prototype = prototype;
    private readonly Dictionary<string, IHashRing> _made = new(StringComparer.Ordinal);

    public string Kind => _prototype.Kind;

    public UInt128 Fingerprint => _prototype.Fingerprint;

    public int Replicas => _prototype.Replicas;

    public ReadOnlySpan<RingMember> Members => _prototype.Members;

    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        var list = members.OrderBy(member => member.Id).ToList();
        var key = $"{replicas} {string.Join(' ', list)}";
        return _made.TryGetValue(key, out var ring) ? ring : _made[key] = _prototype.WithMembers(list, replicas);
    }

    public ReadOnlySpan<ushort> OwnersOf(int partition) => _prototype.OwnersOf(partition);

    public int PreferenceOf(int partition, Span<ushort> destination) => _prototype.PreferenceOf(partition, destination);
}
