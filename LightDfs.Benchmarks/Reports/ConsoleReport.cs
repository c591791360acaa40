using System.Globalization;

namespace LightDfs.Benchmarks.Reports;

/// <summary>Figures for people, as they come.</summary>
internal static class ConsoleReport
{
    /// <summary>What the columns of a case are.</summary>
    public static void Legend() => Console.WriteLine("""
        Columns: CPU and alloc are what all processes of a target use for a request, background work included; peak is the most memory that any one of them had resident; others is how many processors
        everybody else used, the kernel's writing for the target included: above 0.5, repeat the run. The ratio is LightDfs to the limit of that line: the median of the rounds (worst to best).
        """);

    /// <param name="result">What was measured.</param>
    /// <param name="caution">Said beside the goal.</param>
    public static void Write(CaseResult result, string caution)
    {
        Line($"{result.Name}");
        Line($"  {"",-10} {"req/s",9} {"MiB/s",8} {"p50 ms",8} {"p99 ms",8} {"CPU us",8} {"alloc B",8} {"peak MiB",9} {"others",7} {"errors",7}  ratio");
        Write(result.LightDfs, null);
        foreach (var (limit, ratio) in result.Limits.Zip(result.Ratios))
        {
            Write(limit, ratio);
        }
        foreach (var turn in result.Limits.Prepend(result.LightDfs).SelectMany(target => target.Turns.Select((turn, round) => (target.Name, Round: round + 1, Turn: turn))))
        {
            if (turn.Turn.NotCounted is { } why)
            {
                Line($"  round {turn.Round} of {turn.Name} is not counted: {why}");
            }
            if (turn.Turn.FirstError is { } error)
            {
                Line($"  round {turn.Round} of {turn.Name} had {turn.Turn.Errors} errors; the first: {error.ReplaceLineEndings(" | ")}");
            }
        }
        if (result.GoalRatio is { } reached)
        {
            Line($"  goal: {Verdict(reached.Median, result.Case.Goal!.AtLeast)}{caution}");
        }
    }

    public static void Write(MemoryResult result)
    {
        Line($"{result.Name}");
        Line($"  peak {result.Peak >> 20} MiB; at start {result.AtStart >> 20}, first half {result.FirstHalf >> 20}, second half {result.SecondHalf >> 20}; {result.Outcome.Requests} stored in {result.Outcome.Seconds:0.0} s, {result.Outcome.Errors} errors {result.Outcome.FirstError}");
    }

    public static void Write(SigningResult result) =>
        Line($"Signing and checking between machines: {result.PutNanoseconds / 1000:0.0} us for a put of 4 KiB that goes to two peers, {result.GetNanoseconds / 1000:0.0} us for a get from one");

    /// <summary>Those that were measured; all of them when most were.</summary>
    public static void Write(IReadOnlyList<GoalLine> goals)
    {
        var measured = goals.Where(goal => goal.IsMet is not null).ToList();
        foreach (var goal in measured.Count * 2 > goals.Count ? goals : measured)
        {
            Line($"{goal.Verdict,-13} {goal.Text}{(goal.Measured is null ? "" : " | measured: ")}{goal.Measured}");
        }
    }

    private static string Verdict(double reached, double atLeast) =>
        string.Create(CultureInfo.InvariantCulture, $"{reached:0.00} of at least {atLeast:0.00}, {(reached >= atLeast ? "met" : "MISSED")}");

    private static void Write(TargetResult target, Ratio? ratio) => Line(
        $"  {target.Name,-10} {target.PerSecond,9:N0} {target.MiBPerSecond,8:N1} {target.P50,8:0.00} {target.P99,8:0.00} {target.CpuPerRequest,8:N0} {target.AllocatedPerRequest,8:N0} {target.PeakMemory / 1048576.0,9:N0} {target.CpuOfOthers,7:0.00} {target.Errors,7}  {Text(ratio)}");

    private static string Text(Ratio? ratio) =>
        ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.000} ({ratio.Least:0.000} to {ratio.Most:0.000})");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
