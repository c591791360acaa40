using System.Buffers;

namespace LightDfs.Ring;

/// <summary>The whole order of preference of a partition, computed when asked for: few ask, and a table of it would be large.</summary>
internal static class RendezvousPreference
{
    /// <summary>Writes the machines by (rank within their zone, cost, id), as many as fit. Rents what it needs.</summary>
    public static void Write(RendezvousMembers members, int partition, Span<ushort> destination)
    {
        var count = members.Count;
        var costs = ArrayPool<ulong>.Shared.Rent(count);
        var machines = ArrayPool<ushort>.Shared.Rent(count);
        var order = ArrayPool<uint>.Shared.Rent(count);
        var ranks = ArrayPool<ushort>.Shared.Rent(members.ZoneCount);
        try
        {
            SortByCost(members, partition, costs.AsSpan(0, count), machines.AsSpan(0, count));

            // Below 65,536 machines, a rank and a place among all fit one number, which sorts by rank and keeps the order by cost within.
            Array.Clear(ranks, 0, members.ZoneCount);
            for (var place = 0; place < count; place++)
            {
                order[place] = ((uint)ranks[members.Zones[machines[place]]]++ << 16) | (uint)place;
            }
            order.AsSpan(0, count).Sort();

            for (var index = 0; index < destination.Length; index++)
            {
                destination[index] = machines[order[index] & 0xFFFF];
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(costs);
            ArrayPool<ushort>.Shared.Return(machines);
            ArrayPool<uint>.Shared.Return(order);
            ArrayPool<ushort>.Shared.Return(ranks);
        }
    }

    private static void SortByCost(RendezvousMembers members, int partition, Span<ulong> costs, Span<ushort> machines)
    {
        members.CostsOf(partition, costs);
        for (var machine = 0; machine < machines.Length; machine++)
        {
            machines[machine] = (ushort)machine;
        }
        costs.Sort(machines);

        // The sort is not stable; among equal costs the smaller id goes first.
        for (var start = 0; start < costs.Length;)
        {
            var end = start + 1;
            while (end < costs.Length && costs[end] == costs[start])
            {
                end++;
            }
            machines[start..end].Sort();
            start = end;
        }
    }
}
