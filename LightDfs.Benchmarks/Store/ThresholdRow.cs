using System.Globalization;
using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Reports;

namespace LightDfs.Benchmarks.Store;

/// <summary>One size with so many at once: a store that packs everything beside one that packs nothing, round by round.</summary>
internal sealed record ThresholdRow(int Size, int Writers, IReadOnlyList<Spell> PackedPuts, IReadOnlyList<Spell> FilePuts, IReadOnlyList<Spell> PackedGets, IReadOnlyList<Spell> FileGets)
{
    public static string Head { get; } =
        $"{"size",8} {"at once",8} {"puts/s packed",14} {"in files",10} {"ratio",7} {"(worst to best)",17} {"CPU us",14} {"gets/s packed",14} {"in files",10} {"ratio",7} {"(worst to best)",17} {"others",7}";

    public override string ToString()
    {
        var others = PackedPuts.Concat(FilePuts).Concat(PackedGets).Concat(FileGets).Max(spell => spell.Others);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Sizes.Text(Size),8} {Writers,8} {Rate(PackedPuts),14:N0} {Rate(FilePuts),10:N0} {Ratios(PackedPuts, FilePuts)} {Cpu(PackedPuts),6:N0} {Cpu(FilePuts),7:N0} {Rate(PackedGets),14:N0} {Rate(FileGets),10:N0} {Ratios(PackedGets, FileGets)} {others,7:0.00}");
    }

    private static double Rate(IReadOnlyList<Spell> spells) => Median(spells.Select(spell => spell.PerSecond));

    private static double Cpu(IReadOnlyList<Spell> spells) => Median(spells.Select(spell => spell.CpuEach));

    private static string Ratios(IReadOnlyList<Spell> packed, IReadOnlyList<Spell> files)
    {
        var ratios = packed.Zip(files, (one, other) => one.PerSecond / other.PerSecond).ToList();
        var range = string.Create(CultureInfo.InvariantCulture, $"({ratios.Min():0.00} to {ratios.Max():0.00})");
        return string.Create(CultureInfo.InvariantCulture, $"{Median(ratios),7:0.00} {range,17}");
    }

    private static double Median(IEnumerable<double> values) => Medians.Of(values);
}
