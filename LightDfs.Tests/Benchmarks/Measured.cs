using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Reports;

namespace LightDfs.Tests.Benchmarks;

/// <summary>Results as if they had been measured.</summary>
internal static class Measured
{
    public static IEnumerable<Case> CasesWithGoals => AllCases.List().Where(one => one.Goal is not null);

    public static Case CaseCalled(string name) => AllCases.List().Single(one => one.Name == name);

    public static Turn Turn(double perSecond, string? notCounted = null, double cpuPerRequest = 0) => new()
    {
        PerSecond = perSecond,
        MiBPerSecond = 0,
        P50 = 0,
        P99 = 0,
        CpuPerRequest = cpuPerRequest,
        AllocatedPerRequest = 0,
        CpuOfLoad = 0,
        CpuOfOthers = 0,
        Requests = 1,
        Errors = 0,
        FirstError = null,
        NotCounted = notCounted,
    };

    public static TargetResult Target(string name, params double[] perSecond) => Target(name, [.. perSecond.Select(rate => Turn(rate))]);

    public static TargetResult Target(string name, params Turn[] turns) => new(name, turns, PeakMemory: 0);

    /// <summary>A case in which each limit reached 1 a second in each of three rounds.</summary>
    public static CaseResult Case(Case one, double ratio, params IEnumerable<string> limits) =>
        new(one, Target("lightdfs", ratio, ratio, ratio), [.. limits.Select(limit => Target(limit, 1, 1, 1))]);

    public static RunReport Report(params CaseResult[] cases)
    {
        var report = new RunReport(new RunSettings { Folder = Path.GetTempPath() });
        report.Cases.AddRange(cases);
        return report;
    }
}
