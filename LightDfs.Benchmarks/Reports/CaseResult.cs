using LightDfs.Benchmarks.Cases;

namespace LightDfs.Benchmarks.Reports;

/// <summary>What a case came to.</summary>
internal sealed record CaseResult(Case Case, TargetResult LightDfs, IReadOnlyList<TargetResult> Limits)
{
    public string Name => Case.Name;

    public long Errors => LightDfs.Errors + Limits.Sum(limit => limit.Errors);

    /// <summary>To each limit by itself.</summary>
    public IReadOnlyList<Ratio> Ratios => [.. Limits.Select(limit => Ratio.Of(LightDfs, [limit]))];

    /// <summary>What the goal speaks of; <see langword="null"/> without a goal, or when its limits were not measured.</summary>
    public Ratio? GoalRatio => Case.Goal is { } goal && goal.Limits.All(name => Limits.Any(limit => limit.Name == name))
        ? Ratio.Of(LightDfs, [.. Limits.Where(limit => goal.Limits.Contains(limit.Name))])
        : null;
}
