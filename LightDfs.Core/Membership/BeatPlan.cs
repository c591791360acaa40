using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Whom a machine of a large cluster beats to in this second: a few neighbours in the order of ids, some of the others in turn, and suspects. Who is reported down by another machine is tried
/// by this one itself before it believes it: hearsay is a reason to ask, never evidence. Thread-safe.
/// </summary>
internal sealed class BeatPlan(BeatSettings settings, PeerDirectory directory, VotePoll poll)
{
    /// <summary>A machine that answered so lately is not tried again because somebody else does not reach it.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    /// <summary>One that is down is not tried more often, but by its neighbours.</summary>
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private const int MostDoubted = 1024;

    private readonly Lock _lock = new();
    private readonly SortedSet<MachineId> _doubted = [];
    private MembershipMap _map = MembershipMap.Empty;
    private MachineId[] _members = [];
    private ulong _turn;
    private MachineId _lastDoubted;

    /// <summary>Another machine sees these down.</summary>
    public void Heard(IEnumerable<DownMachine> down)
    {
        foreach (var (id, _) in down)
        {
            if (directory.Find(id) is { IsUp: true } peer && !peer.AnsweredWithin(Lately))
            {
                lock (_lock)
                {
                    if (_doubted.Count < MostDoubted)
                    {
                        _doubted.Add(id);
                    }
                }
            }
        }
    }

    /// <summary>Those whose turn it is now.</summary>
    public IReadOnlyCollection<MachineId> Next(ClusterView view, MachineId own)
    {
        lock (_lock)
        {
            if (_map != view.Map)
            {
                (_map, _members) = (view.Map, [.. view.Map.Entries.Keys]);
            }
            var chosen = new SortedSet<MachineId>();
            AddByOrder(chosen, own);
            AddDoubted(chosen);
            AddDown(chosen, view, own);
            chosen.UnionWith(poll.Next(view, own));
            chosen.Remove(own);
            return chosen;
        }
    }

    private void AddByOrder(SortedSet<MachineId> chosen, MachineId own)
    {
        var found = Array.BinarySearch(_members, own);
        var (first, others) = found >= 0 ? (found + 1, _members.Length - 1) : (~found, _members.Length);
        var neighbours = Math.Min(settings.Neighbours, others);
        for (var next = 0; next < neighbours; next++)
        {
            chosen.Add(_members[(first + next) % _members.Length]);
        }
        var rest = (ulong)(others - neighbours);
        for (var count = Math.Min((ulong)settings.InTurn, rest); count > 0; count--)
        {
            // Not one after the other: what is told by steps of different length gets around sooner. Nor all machines alike, so that none is asked by many at once.
            var step = ((_turn++ * StrideOf(rest)) + (ulong)(own.Value % rest)) % rest;
            chosen.Add(_members[(first + neighbours + (int)step) % _members.Length]);
        }
    }

    /// <summary>About 0.618 of it, and without a common divisor, so that as many steps reach everybody once.</summary>
    private static ulong StrideOf(ulong count)
    {
        var stride = Math.Max(1, count * 618 / 1000);
        while (Divisor(stride, count) != 1)
        {
            stride++;
        }
        return stride;

        static ulong Divisor(ulong one, ulong other) => other == 0 ? one : Divisor(other, one % other);
    }

    private void AddDoubted(SortedSet<MachineId> chosen)
    {
        for (var left = settings.Suspects; left > 0 && _doubted.Count > 0; left--)
        {
            var next = _doubted.FirstOrDefault(id => id > _lastDoubted, _doubted.Min);
            _doubted.Remove(next);
            _lastDoubted = next;
            chosen.Add(next);
        }
    }

    private void AddDown(SortedSet<MachineId> chosen, ClusterView view, MachineId own) => chosen.UnionWith(view.Asked
        .Where(machine => machine != own)
        .Select(directory.Of)
        .Where(peer => !peer.IsUp && !peer.FailedWithin(RetryEvery))
        .OrderBy(peer => peer.LastFailure ?? long.MinValue).ThenBy(peer => peer.Id)
        .Take(settings.Suspects)
        .Select(peer => peer.Id));
}
