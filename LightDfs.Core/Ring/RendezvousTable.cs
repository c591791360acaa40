namespace LightDfs.Ring;

/// <summary>
/// Picks the owners of every partition, one by one: the machine of least (cost, id) among the zones that hold fewest owners so far and still
/// have an unused machine.
/// </summary>
/// <remarks>
/// Said otherwise: order the machines by (rank within their zone, cost, id) and take the first. One pass over the machines is enough. With
/// as many zones as owners, only the best machine of each zone counts, and the best few zones are kept; with fewer zones, the best few
/// machines of each. Ties go to the smaller id because machines come in order of id and only a smaller cost displaces.
/// </remarks>
internal sealed class RendezvousTable
{
    private readonly RendezvousMembers _members;
    private readonly int _replicas;
    private readonly ulong[] _costs;
    private readonly Best[] _best;
    private readonly int[] _filled;

    private RendezvousTable(RendezvousMembers members, int replicas)
    {
        _members = members;
        _replicas = replicas;
        _costs = new ulong[members.Count];
        var lists = members.ZoneCount >= replicas ? 1 : members.ZoneCount;
        _best = new Best[lists * replicas];
        _filled = new int[lists];
    }

    private readonly record struct Best(ulong Cost, ushort Machine);

    /// <summary>Owner numbers of all partitions, <paramref name="replicas"/> for each; that many members must exist.</summary>
    public static ushort[] Build(RendezvousMembers members, int replicas)
    {
        var owners = new ushort[Partitions.Count * replicas];
        if (owners.Length == 0)
        {
            return owners;
        }

        var table = new RendezvousTable(members, replicas);
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            members.CostsOf(partition, table._costs);
            var destination = owners.AsSpan(partition * replicas, replicas);
            if (members.ZoneCount >= replicas)
            {
                table.PickFromDistinctZones(destination);
            }
            else
            {
                table.PickInRounds(destination);
            }
        }
        return owners;
    }

    private void PickFromDistinctZones(Span<ushort> destination)
    {
        var zones = _members.Zones;
        var best = _best.AsSpan();
        var filled = 0;
        for (var machine = 0; machine < _costs.Length; machine++)
        {
            var cost = _costs[machine];
            if (filled == best.Length && cost >= best[^1].Cost)
            {
                continue;
            }

            var sameZone = 0;
            while (sameZone < filled && zones[best[sameZone].Machine] != zones[machine])
            {
                sameZone++;
            }
            if (sameZone < filled && cost >= best[sameZone].Cost)
            {
                continue;
            }
            filled = sameZone < filled ? filled : Math.Min(filled + 1, best.Length);
            InsertSorted(best, Math.Min(sameZone, filled - 1), cost, machine);
        }

        for (var index = 0; index < destination.Length; index++)
        {
            destination[index] = best[index].Machine;
        }
    }

    private void PickInRounds(Span<ushort> destination)
    {
        Array.Clear(_filled);
        for (var machine = 0; machine < _costs.Length; machine++)
        {
            ref var filled = ref _filled[_members.Zones[machine]];
            var best = BestOf(_members.Zones[machine]);
            var cost = _costs[machine];
            if (filled == best.Length && cost >= best[^1].Cost)
            {
                continue;
            }
            filled = Math.Min(filled + 1, best.Length);
            InsertSorted(best, filled - 1, cost, machine);
        }

        var picked = 0;
        for (var rank = 0; picked < destination.Length; rank++)
        {
            picked += PickRound(rank, destination[picked..]);
        }
    }

    /// <summary>Takes the machines of one rank, cheapest first, until the destination is full.</summary>
    private int PickRound(int rank, Span<ushort> destination)
    {
        var picked = 0;
        for (var zone = 0; zone < _filled.Length; zone++)
        {
            if (rank >= _filled[zone])
            {
                continue;
            }
            var candidate = BestOf(zone)[rank].Machine;
            var place = picked;
            while (place > 0 && Precedes(candidate, destination[place - 1]))
            {
                place--;
            }
            if (place < destination.Length)
            {
                picked = Math.Min(picked + 1, destination.Length);
                destination[place..(picked - 1)].CopyTo(destination[(place + 1)..]);
                destination[place] = candidate;
            }
        }
        return picked;
    }

    private bool Precedes(int left, int right) => _costs[left] < _costs[right] || (_costs[left] == _costs[right] && left < right);

    private Span<Best> BestOf(int zone) => _best.AsSpan(zone * _replicas, _replicas);

    /// <summary>Overwrites the entry at <paramref name="place"/> and moves the new one up to where its cost belongs.</summary>
    private static void InsertSorted(Span<Best> best, int place, ulong cost, int machine)
    {
        while (place > 0 && cost < best[place - 1].Cost)
        {
            best[place] = best[place - 1];
            place--;
        }
        best[place] = new Best(cost, (ushort)machine);
    }
}
