using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Cases.Quick;

namespace LightDfs.Benchmarks.Reports;

/// <summary>All targets, in the order in which they were set.</summary>
internal static class GoalLines
{
    private const double OwnersNanoseconds = 15;
    private const double SigningPart = 0.08;

    public static IEnumerable<GoalLine> Of(RunReport report)
    {
        foreach (var one in AllCases.List().Where(one => one.Goal is not null))
        {
            var ratio = report.Cases.FirstOrDefault(result => result.Name == one.Name)?.GoalRatio;
            yield return Line(one.Goal!.Text, ratio?.Median, ratio?.Median >= one.Goal!.AtLeast, ratio is null ? "" : $"{ratio.Median:0.000} ({ratio.Least:0.000} to {ratio.Most:0.000}){report.Settings.Caution}");
        }
        foreach (var one in MemoryCase.List(large: true))
        {
            var result = report.Memory.FirstOrDefault(result => result.Name == one.Name);
            yield return Line(
                $"{one.Name}: flat, below {MemoryCase.Bound / 1_000_000} MB a machine",
                result?.Peak,
                result?.Peak < MemoryCase.Bound,
                result is null ? "" : $"peak {Megabytes(result.Peak)} MB; first half {Megabytes(result.FirstHalf)}, second {Megabytes(result.SecondHalf)}");
        }
        foreach (var machines in Owners.Machines)
        {
            var found = report.Owners.FirstOrDefault(owners => owners.Machines == machines);
            yield return Line(
                $"{Owners.Name}, {machines} machines: below {OwnersNanoseconds} ns, no allocation", found?.Nanoseconds, found is { Bytes: 0, Nanoseconds: < OwnersNanoseconds },
                found is null ? "" : $"{found.Nanoseconds:0.0} ns, {found.Bytes:0} bytes");
        }
        yield return SigningLine(report, "PUT 4 KiB, 64 at once, 3 machines", report.Signing?.PutNanoseconds);
        yield return SigningLine(report, "GET 4 KiB, 64 at once, 3 machines, R = 2, through one without it", report.Signing?.GetNanoseconds);
    }

    private static GoalLine SigningLine(RunReport report, string name, double? nanoseconds)
    {
        var cpu = report.Cases.FirstOrDefault(result => result.Name == name)?.LightDfs.CpuPerRequest;
        var part = nanoseconds / 1000 / cpu;
        return Line(
            $"{Signing.Name} ({name}): below {SigningPart:0 %} of the processor time of the machines", part, part / (1 - part) < SigningPart,
            $"{part / (1 - part):0.0 %}: {nanoseconds / 1000:0.0} of {cpu:0} us{report.Settings.Caution}");
    }

    private static GoalLine Line(string text, double? figure, bool isMet, string measured) =>
        figure is null or double.NaN ? new(text, null, null) : new(text, measured, isMet);

    private static long Megabytes(long bytes) => (bytes + 500_000) / 1_000_000;
}
