using System.Collections.Immutable;
using LightDfs.Ring;

namespace LightDfs.Membership;

/// <summary>Membership with what follows from it, swapped whole: the ring, N, the number of copies and the write quorum.</summary>
internal sealed class ClusterView
{
    private readonly int _replicas;
    private readonly int _mostForAll;

    /// <param name="map">Who belongs.</param>
    /// <param name="silent">Listed addresses that never answered.</param>
    /// <param name="before">The ring before, which stays when its members do: building one is the expensive part.</param>
    /// <param name="replicas">Copies wanted.</param>
    /// <param name="mostForAll">The most machines of which each beats to every other.</param>
    public ClusterView(MembershipMap map, ImmutableArray<string> silent, RingShares before, int replicas, int mostForAll = BeatSettings.UsualMostForAll)
    {
        _replicas = replicas;
        _mostForAll = mostForAll;
        Map = map;
        Silent = [.. silent.Where(address => !map.At(address).Any())];
        var members = InRing(map, replicas).Select(entry => new RingMember(entry.Id, entry.Self.Value.Weight, entry.Self.Value.Zone)).ToArray();
        Shares = before.Ring.Members.SequenceEqual(members) ? before : new(before.Ring.WithMembers(members, replicas));
        Asked = [.. map.Entries.Values.Where(entry => entry.Wanted.Value != WantedState.Removed).Select(entry => entry.Id)];
        Active = [.. map.Entries.Values.Where(entry => entry.Wanted.Value == WantedState.Active).Select(entry => entry.Id)];
        Members = Active.Length + Silent.Length;
    }

    private ClusterView(ClusterView other, ImmutableArray<string> silent)
    {
        _replicas = other._replicas;
        _mostForAll = other._mostForAll;
        (Map, Shares, Asked, Active) = (other.Map, other.Shares, other.Asked, other.Active);
        Silent = [.. silent.Where(address => !Map.At(address).Any())];
        Members = Active.Length + Silent.Length;
    }

    public MembershipMap Map { get; }

    /// <summary>True when there are too many machines for each to beat to every other: then each hears some of them itself, and goes by its own tries where others report one down.</summary>
    public bool IsLarge => Map.Entries.Count > _mostForAll;

    public IHashRing Ring => Shares.Ring;

    /// <summary>The ring, with what each machine owns by it.</summary>
    public RingShares Shares { get; }

    /// <summary>Listed addresses that never answered, and that no machine is remembered for: members that are down.</summary>
    public ImmutableArray<string> Silent { get; }

    /// <summary>Machines that may hold a file, by id: all but removed ones.</summary>
    public ImmutableArray<MachineId> Asked { get; }

    /// <summary>Machines that count for N, by id: only these make a majority.</summary>
    public ImmutableArray<MachineId> Active { get; }

    /// <summary>N.</summary>
    public int Members { get; }

    /// <summary>R', the copies that each file has.</summary>
    public int Copies => Math.Max(1, Math.Min(_replicas, Members));

    /// <summary>W: a majority of the copies from three machines on; below, one, so that a pair goes on when one is down.</summary>
    public int Quorum => Members >= 3 ? (Copies / 2) + 1 : 1;

    /// <summary>True when a machine was removed, and not restored since. One that is not known was not.</summary>
    public bool IsRemoved(MachineId machine) => Map.Entries.TryGetValue(machine, out var entry) && entry.Wanted.Value == WantedState.Removed;

    /// <summary>True when this many machines, oneself counted, are more than half of N.</summary>
    public bool IsMajority(int machines) => machines * 2 > Members;

    public ClusterView WithSilent(ImmutableArray<string> silent) => new(this, silent);

    /// <summary>All machines of the ring in order of preference for a file; none when the ring is empty.</summary>
    public MachineId[] PreferenceOf(FileId file) => PreferenceOf(file, Ring.Members.Length);

    /// <summary>The owners of a file in order of preference, as many as there are to be copies; none when the ring is empty.</summary>
    public MachineId[] OwnersOf(FileId file) => PreferenceOf(file, Math.Min(Ring.Replicas, Ring.Members.Length));

    private MachineId[] PreferenceOf(FileId file, int machinesWanted)
    {
        var members = Ring.Members;
        if (members.IsEmpty)
        {
            return [];
        }
        var numbers = new ushort[machinesWanted];
        var count = Ring.PreferenceOf(Partitions.Of(file), numbers);
        var machines = new MachineId[count];
        for (var i = 0; i < count; i++)
        {
            machines[i] = members[numbers[i]].Id;
        }
        return machines;
    }

    /// <summary>
    /// Being out counts only while enough machines stay in the ring for all copies. Two that are set out at the same moment by different machines, or a drain after one was, must not
    /// leave fewer: no copy would be restored by that.
    /// </summary>
    private static IEnumerable<MachineEntry> InRing(MembershipMap map, int replicas)
    {
        var active = map.Entries.Values.Where(entry => entry.Wanted.Value == WantedState.Active).ToList();
        var lacking = replicas - active.Count(entry => entry.IsInRing);
        return active.Where(entry => entry.IsInRing || lacking-- > 0);
    }
}
