using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Who belongs to the cluster, and which other clusters became it: a small mergeable map. Immutable; merging is commutative, associative and idempotent.</summary>
internal sealed class MembershipMap
{
    public const int MaxMachines = 65_535;
    private const byte Format = 1;
    private const int UsualBytes = 128;

    private MembershipMap(ImmutableSortedDictionary<MachineId, MachineEntry> entries, ClusterMerges merges)
    {
        Entries = entries;
        Merges = merges;
        var to = new WireWriter(entries.Count * UsualBytes).Byte(Format).Int32(entries.Count);
        foreach (var entry in entries.Values)
        {
            entry.Write(to);
        }
        merges.Write(to);
        Encoded = to.Written;
        Digest = XxHash128.HashToUInt128(Encoded.Span);
    }

    public static MembershipMap Empty { get; } = new(ImmutableSortedDictionary<MachineId, MachineEntry>.Empty, ClusterMerges.None);

    /// <summary>The machines, by id.</summary>
    public ImmutableSortedDictionary<MachineId, MachineEntry> Entries { get; }

    /// <summary>Which clusters were merged into which.</summary>
    public ClusterMerges Merges { get; }

    /// <summary>The one encoding of this map: equal maps have equal bytes.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>XxHash128 of the encoding.</summary>
    public UInt128 Digest { get; }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MembershipMap? map)
    {
        map = null;
        var from = new WireReader(bytes);
        if (from.Byte() != Format)
        {
            return false;
        }
        var entries = ImmutableSortedDictionary.CreateBuilder<MachineId, MachineEntry>();
        var count = from.Count(MachineEntry.LeastBytes);
        var last = default(MachineId);
        for (var read = 0; read < count && !from.HasFailed; read++)
        {
            var entry = MachineEntry.Read(ref from);
            if (from.HasFailed || entry.Id.CompareTo(last) <= 0)
            {
                return false;
            }
            entries.Add(entry.Id, entry);
            last = entry.Id;
        }
        var merges = ClusterMerges.Read(ref from);
        if (!from.IsComplete || count > MaxMachines)
        {
            return false;
        }
        map = new MembershipMap(entries.ToImmutable(), merges);
        return true;
    }

    public MembershipMap Merge(MembershipMap other)
    {
        // Equal bytes: most maps that come say nothing new.
        if (other.Digest == Digest)
        {
            return this;
        }
        var merged = Entries;
        foreach (var entry in other.Entries.Values)
        {
            if (!merged.TryGetValue(entry.Id, out var known))
            {
                merged = merged.Add(entry.Id, entry);
            }
            else if (known.Merge(entry) is var one && one != known)
            {
                merged = merged.SetItem(entry.Id, one);
            }
        }
        var merges = Merges.Merge(other.Merges);
        return merged == Entries && merges == Merges ? this : new MembershipMap(merged, merges);
    }

    /// <summary>The map in which a cluster was merged into another one. The same map when nothing changes.</summary>
    public MembershipMap WithMerge(UInt128 former, UInt128 successor) => Merges.With(former, successor) is var merges && merges == Merges ? this : new MembershipMap(Entries, merges);

    /// <summary>The map in which a machine says this of itself; it joins by that if it did not belong. The same map when nothing changes.</summary>
    public MembershipMap WithSelf(MachineId machine, MachineSelf self)
    {
        if (!Entries.TryGetValue(machine, out var entry))
        {
            return With(Entries.Add(machine, new MachineEntry(machine, new(1, self), new(1, WantedState.Active), new(0, false))));
        }
        return entry.Self.Value.Equals(self) ? this : With(Entries.SetItem(machine, entry with { Self = entry.Self.Next(self) }));
    }

    /// <summary>The map in which this is wanted of a machine. The same map when nothing changes, or nobody is known by that id.</summary>
    public MembershipMap WithWanted(MachineId machine, WantedState wanted) =>
        Entries.TryGetValue(machine, out var entry) && entry.Wanted.Value != wanted
            ? With(Entries.SetItem(machine, entry with { Wanted = entry.Wanted.Next(wanted) }))
            : this;

    /// <summary>The map in which a machine is out of the ring, or not any more. The same map when nothing changes, or nobody is known by that id.</summary>
    public MembershipMap WithOut(MachineId machine, bool isOut) =>
        Entries.TryGetValue(machine, out var entry) && entry.Out.Value != isOut
            ? With(Entries.SetItem(machine, entry with { Out = entry.Out.Next(isOut) }))
            : this;

    /// <summary>The machines that an address is remembered for, by id.</summary>
    public IEnumerable<MachineId> At(string address) => Entries.Values.Where(entry => entry.Self.Value.Addresses.Contains(address)).Select(entry => entry.Id);

    private MembershipMap With(ImmutableSortedDictionary<MachineId, MachineEntry> entries) => new(entries, Merges);
}
