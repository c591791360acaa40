namespace LightDfs.Ring;

/// <summary>
/// Picks the owners of every partition, one by one: the machine of least (cost, id) among the zones that hold fewest owners so far and still
/// have an unused machine.
/// </summary>
/// <remarks>
/// <para>Said otherwise: order the machines by (rank within their zone, cost, id) and take the first. One pass over the machines is enough. With
/// as many zones as owners, only the best machine of each zone counts, and the best few zones are kept; with fewer zones, the best few
/// machines of each. Ties go to the smaller id because machines come in order of id and only a smaller cost displaces.</para>
/// <para>What is wanted of a machine is its draw first, which is cheap: with equal weights, one that draws less than the last of the best
/// cannot displace it, and its cost need not be known.</para>
/// </remarks>
internal sealed class RendezvousTable
{
    private readonly RendezvousMembers _members;
    private readonly int _replicas;
    private readonly Best[] _best;
    private readonly int[] _filled;
    private readonly ulong[] _costs;

    private RendezvousTable(RendezvousMembers members, int replicas)
    {
        _members = members;
        _replicas = replicas;
        _best = new Best[members.ZoneCount * replicas];
        _filled = new int[members.ZoneCount];
        _costs = new ulong[replicas];
    }

    /// <param name="Cost">What the machine costs.</param>
    /// <param name="Least">The least draw with which another one may cost less.</param>
    /// <param name="Machine">Its number.</param>
    private readonly record struct Best(ulong Cost, ulong Least, ushort Machine);

    /// <summary>Owner numbers of all partitions, <paramref name="replicas"/> for each; that many members must exist.</summary>
    public static ushort[] Build(RendezvousMembers members, int replicas)
    {
        var owners = new ushort[Partitions.Count * replicas];
        if (owners.Length == 0)
        {
            return owners;
        }
        var table = new RendezvousTable(members, replicas);
        var all = AllOf(members);
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            table.Pick(partition, all, owners.AsSpan(partition * replicas, replicas));
        }
        return owners;
    }

    /// <summary>
    /// The same from the owners among other members. Who comes displaces an owner or nobody; who goes is missed only where it was one. So a partition that lost no owner is picked from its owners
    /// and the new members, and only the others from all.
    /// </summary>
    /// <param name="before">Owner numbers among the members before, as many for each partition.</param>
    /// <param name="numbers">The number of each member before among the present ones; -1 for one that is gone, or has another weight or zone.</param>
    /// <param name="added">Numbers of the present members that were none, or others, in order.</param>
    /// <param name="members">The present members.</param>
    /// <param name="replicas">Owners of each partition, as before.</param>
    public static ushort[] Update(ReadOnlySpan<ushort> before, ReadOnlySpan<int> numbers, ReadOnlySpan<ushort> added, RendezvousMembers members, int replicas)
    {
        var owners = new ushort[before.Length];
        var table = new RendezvousTable(members, replicas);
        var all = AllOf(members);
        var some = new ushort[replicas + added.Length];
        for (var partition = 0; partition * replicas < owners.Length; partition++)
        {
            var destination = owners.AsSpan(partition * replicas, replicas);
            var hasLost = false;
            for (var place = 0; place < replicas; place++)
            {
                var number = numbers[before[(partition * replicas) + place]];
                hasLost |= number < 0;
                destination[place] = (ushort)number;
            }
            if (hasLost)
            {
                table.Pick(partition, all, destination);
            }
            else if (added.Length > 0)
            {
                destination.CopyTo(some);
                added.CopyTo(some.AsSpan(replicas));
                some.AsSpan().Sort();
                table.Pick(partition, some, destination);
            }
        }
        return owners;
    }

    private static ushort[] AllOf(RendezvousMembers members)
    {
        var all = new ushort[members.Count];
        for (var machine = 0; machine < all.Length; machine++)
        {
            all[machine] = (ushort)machine;
        }
        return all;
    }

    /// <summary>Picks from some machines, in order of their numbers; at least as many as there are places.</summary>
    private void Pick(int partition, ReadOnlySpan<ushort> machines, Span<ushort> destination)
    {
        var spread = RendezvousScore.SpreadOf(partition);
        if (_members.ZoneCount >= _replicas)
        {
            PickFromDistinctZones(spread, machines, destination);
        }
        else
        {
            PickInRounds(spread, machines, destination);
        }
    }

    private void PickFromDistinctZones(ulong spread, ReadOnlySpan<ushort> machines, Span<ushort> destination)
    {
        var seeds = _members.Seeds;
        var zones = _members.Zones;
        var best = _best.AsSpan(0, _replicas);
        var filled = 0;
        var least = 0UL;
        foreach (var machine in machines)
        {
            var draw = RendezvousScore.Mix(seeds[machine] ^ spread);
            if (draw < least)
            {
                continue;
            }
            var cost = RendezvousScore.CostOf(draw, _members.InverseWeightOf(machine));
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
            InsertSorted(best, Math.Min(sameZone, filled - 1), cost, draw, machine);
            least = filled == best.Length ? best[^1].Least : 0;
        }

        if (filled < destination.Length)
        {
            // These are not machines of as many zones as there are.
            PickInRounds(spread, machines, destination);
            return;
        }
        for (var index = 0; index < destination.Length; index++)
        {
            destination[index] = best[index].Machine;
        }
    }

    private void PickInRounds(ulong spread, ReadOnlySpan<ushort> machines, Span<ushort> destination)
    {
        var seeds = _members.Seeds;
        Array.Clear(_filled);
        foreach (var machine in machines)
        {
            ref var filled = ref _filled[_members.Zones[machine]];
            var best = BestOf(_members.Zones[machine]);
            var draw = RendezvousScore.Mix(seeds[machine] ^ spread);
            if (filled == best.Length && draw < best[^1].Least)
            {
                continue;
            }
            var cost = RendezvousScore.CostOf(draw, _members.InverseWeightOf(machine));
            if (filled == best.Length && cost >= best[^1].Cost)
            {
                continue;
            }
            filled = Math.Min(filled + 1, best.Length);
            InsertSorted(best, filled - 1, cost, draw, machine);
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
        var costs = _costs.AsSpan();
        var picked = 0;
        for (var zone = 0; zone < _filled.Length; zone++)
        {
            if (rank >= _filled[zone])
            {
                continue;
            }
            var (cost, _, candidate) = BestOf(zone)[rank];
            var place = picked;
            while (place > 0 && (cost < costs[place - 1] || (cost == costs[place - 1] && candidate < destination[place - 1])))
            {
                place--;
            }
            if (place < destination.Length)
            {
                picked = Math.Min(picked + 1, destination.Length);
                destination[place..(picked - 1)].CopyTo(destination[(place + 1)..]);
                costs[place..(picked - 1)].CopyTo(costs[(place + 1)..]);
                (destination[place], costs[place]) = (candidate, cost);
            }
        }
        return picked;
    }

    private Span<Best> BestOf(int zone) => _best.AsSpan(zone * _replicas, _replicas);

    /// <summary>Overwrites the entry at <paramref name="place"/> and moves the new one up to where its cost belongs.</summary>
    private void InsertSorted(Span<Best> best, int place, ulong cost, ulong draw, ushort machine)
    {
        while (place > 0 && cost < best[place - 1].Cost)
        {
            best[place] = best[place - 1];
            place--;
        }
        best[place] = new Best(cost, _members.HaveOneWeight ? draw : 0, machine);
    }
}
