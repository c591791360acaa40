using CsCheck;
using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Tests.Membership;

/// <summary>Membership maps for tests, chosen and random. Few ids, versions and values, so that random maps collide in every way.</summary>
internal static class Maps
{
    public static Gen<MachineSelf> Self { get; } = Gen.Select(
        Gen.Int[0, 2], Gen.Bool.Select(racked => racked ? "rack" : ""), Gen.Int[1, 3], Gen.Long[1, 3], Gen.ULong[1, 3], Gen.Bool,
        (addresses, zone, weight, start, incarnation, isAway) =>
            SelfOf(Enumerable.Range(0, addresses).Select(AddressOf), zone, weight, start, incarnation, isAway ? DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123) : null));

    /// <summary>Merges of few clusters, numbered from 1: chains, circles, and one cluster into two.</summary>
    public static Gen<(UInt128 Former, UInt128 Successor)[]> Merges { get; } =
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], (former, successor) => ((UInt128)former, (UInt128)successor)).Where(pair => pair.Item1 != pair.Item2).Array[0, 5];

    public static Gen<MembershipMap> Any { get; } = Gen.Select(
            Gen.Int[1, 4],
            Gen.Select(Gen.Long[0, 2], Self, (version, self) => new Register<MachineSelf>(version, self)),
            Gen.Select(Gen.Long[0, 2], Gen.Enum<WantedState>(), (version, wanted) => new Register<WantedState>(version, wanted)),
            Gen.Select(Gen.Long[0, 2], Gen.Bool, (version, isOut) => new Register<bool>(version, isOut)),
            (id, self, wanted, isOut) => new MachineEntry(IdOf(id), self, wanted, isOut))
        .Array[0, 4].SelectMany(entries => Merges, (entries, merges) => merges.Aggregate(Of([.. entries.DistinctBy(entry => entry.Id)]), (map, pair) => map.WithMerge(pair.Former, pair.Successor)));

    public static MachineId IdOf(int number) => new((UInt128)number);

    public static string AddressOf(int number) => $"memory://machine-{number}";

    public static MachineSelf SelfOf(
        IEnumerable<string> addresses, string zone = "", int weight = 1, long start = 1, ulong incarnation = 1, DateTimeOffset? awayUntil = null) =>
        new() { Addresses = [.. addresses], Zone = zone, Weight = weight, Start = start, Incarnation = incarnation, AwayUntil = awayUntil };

    public static MachineEntry Entry(int number, WantedState wanted = WantedState.Active, bool isOut = false, params string[] addresses) =>
        new(IdOf(number), new(1, SelfOf(addresses.Length == 0 ? [AddressOf(number)] : addresses)), new(1, wanted), new(1, isOut));

    public static MembershipMap Of(params MachineEntry[] entries)
    {
        var to = new WireWriter().Byte(1).Int32(entries.Length);
        foreach (var entry in entries.OrderBy(entry => entry.Id))
        {
            entry.Write(to);
        }
        to.Int32(0);
        return MembershipMap.TryDecode(to.Written.Span, out var map) ? map : throw new ArgumentException("These entries make no map.", nameof(entries));
    }

    /// <summary>A map of so many active machines, numbered from 1.</summary>
    public static MembershipMap OfMachines(int count) => Of([.. Enumerable.Range(1, count).Select(number => Entry(number))]);
}
