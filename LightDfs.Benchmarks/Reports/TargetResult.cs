namespace LightDfs.Benchmarks.Reports;

/// <summary>All turns of one target in one case; its figures are medians over those that count.</summary>
internal sealed record TargetResult(string Name, IReadOnlyList<Turn> Turns, long PeakMemory)
{
    public double PerSecond => Median(turn => turn.PerSecond);

    public double MiBPerSecond => Median(turn => turn.MiBPerSecond);

    public double P50 => Median(turn => turn.P50);

    public double P99 => Median(turn => turn.P99);

    public double CpuPerRequest => Median(turn => turn.CpuPerRequest);

    public double AllocatedPerRequest => Median(turn => turn.AllocatedPerRequest);

    public double CpuOfOthers => Median(turn => turn.CpuOfOthers);

    public long Errors => Turns.Sum(turn => turn.Errors);

    private double Median(Func<Turn, double> figure) => Medians.Of(Turns.Where(turn => turn.NotCounted is null).Select(figure));
}
