namespace LightDfs.Ring;

/// <summary>The members of a ring as the inner loops want them: one array a property, zones as numbers.</summary>
internal sealed class RendezvousMembers
{
    private readonly ulong[] _seeds;
    private readonly ulong[] _inverseWeights;
    private readonly ushort[] _zones;

    /// <summary>Takes the numbers as they are. Only with equal seeds can costs be equal, and no real ids give those.</summary>
    internal RendezvousMembers(ulong[] seeds, ulong[] inverseWeights, ushort[] zones)
    {
        _seeds = seeds;
        _inverseWeights = inverseWeights;
        _zones = zones;
        ZoneCount = zones.Length == 0 ? 0 : zones.Max() + 1;
        HaveOneWeight = !inverseWeights.AsSpan().ContainsAnyExcept(inverseWeights.FirstOrDefault());
    }

    public int Count => _seeds.Length;

    /// <summary>Zones are numbered from 0 without gaps.</summary>
    public int ZoneCount { get; }

    /// <summary>Zone number of each machine; which number a zone has means nothing.</summary>
    public ReadOnlySpan<ushort> Zones => _zones;

    /// <summary>True when all weigh the same.</summary>
    public bool HaveOneWeight { get; }

    public ReadOnlySpan<ulong> Seeds => _seeds;

    public ulong InverseWeightOf(int machine) => _inverseWeights[machine];

    public static RendezvousMembers Of(ReadOnlySpan<RingMember> sorted)
    {
        var seeds = new ulong[sorted.Length];
        var inverseWeights = new ulong[sorted.Length];
        var zones = new ushort[sorted.Length];
        var numbers = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (var machine = 0; machine < sorted.Length; machine++)
        {
            seeds[machine] = RendezvousScore.SeedOf(sorted[machine].Id);
            inverseWeights[machine] = RendezvousScore.InverseOf(sorted[machine].Weight);
            if (!numbers.TryGetValue(sorted[machine].Zone, out zones[machine]))
            {
                zones[machine] = (ushort)numbers.Count;
                numbers.Add(sorted[machine].Zone, zones[machine]);
            }
        }
        return new RendezvousMembers(seeds, inverseWeights, zones);
    }

    /// <summary>Writes what each machine would cost the partition.</summary>
    public void CostsOf(int partition, Span<ulong> costs)
    {
        var spread = RendezvousScore.SpreadOf(partition);
        var seeds = _seeds.AsSpan();
        var inverseWeights = _inverseWeights.AsSpan(0, seeds.Length);
        costs = costs[..seeds.Length];
        for (var machine = 0; machine < seeds.Length; machine++)
        {
            costs[machine] = RendezvousScore.Cost(seeds[machine], inverseWeights[machine], spread);
        }
    }
}
