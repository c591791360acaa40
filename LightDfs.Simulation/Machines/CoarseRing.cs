using System.Runtime.InteropServices;
using System.IO.Hashing;
using LightDfs.Ring;

namespace LightDfs.Simulation.Machines;

/// <summary>
/// Rendezvous hashing over a few hundred slices of the partitions, each wholly owned by the same machines: places like the real ring, and is made a hundred times as fast, which is what most of
/// a small world with its many rings would cost. Large worlds have the real one.
/// </summary>
internal sealed class CoarseRing : IHashRing
{
    private const int Slices = 512;
    private readonly RingMember[] _members;
    private readonly ushort[][] _preferences;

    public CoarseRing()
        : this([], 0)
    {
    }

    private CoarseRing(RingMember[] members, int replicas)
    {
        _members = members;
        Replicas = Math.Min(replicas, members.Length);
        Fingerprint = RingFingerprint.Compute(Kind, Replicas, members);
        _preferences = members.Length == 0 ? [] : [.. Enumerable.Range(0, Slices).Select(Preference)];
    }

    public string Kind => "coarse/1";

    public UInt128 Fingerprint { get; }

    public int Replicas { get; }

    public ReadOnlySpan<RingMember> Members => _members;

    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new CoarseRing([.. members.OrderBy(member => member.Id)], replicas);

    public ReadOnlySpan<ushort> OwnersOf(int partition) => Of(partition).AsSpan(0, Replicas);

    public int PreferenceOf(int partition, Span<ushort> destination)
    {
        var all = Of(partition).AsSpan();
        var count = Math.Min(all.Length, destination.Length);
        all[..count].CopyTo(destination);
        return count;
    }

    private ushort[] Of(int partition) => _preferences.Length == 0 ? throw new InvalidOperationException("The ring has no members.") : _preferences[partition % Slices];

    /// <summary>One after the other from the zones that have been taken from the least.</summary>
    private ushort[] Preference(int slice)
    {
        var left = Enumerable.Range(0, _members.Length).OrderByDescending(number => Score(_members[number], slice)).ToList();
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new ushort[left.Count];
        for (var at = 0; at < order.Length; at++)
        {
            var next = left.MinBy(number => taken.GetValueOrDefault(_members[number].Zone));
            left.Remove(next);
            taken[_members[next].Zone] = taken.GetValueOrDefault(_members[next].Zone) + 1;
            order[at] = (ushort)next;
        }
        return order;
    }

    private static ulong Score(RingMember member, int slice)
    {
        var id = member.Id.Value;
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in id)), slice);
    }
}
