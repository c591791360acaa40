namespace LightDfs.Benchmarks.Reports;

/// <summary>The rate of LightDfs as a part of a limit's, round by round: only turns of the same minutes are compared.</summary>
/// <param name="Against">The limits; of several, the better one in each round.</param>
/// <param name="Median">Of the rounds.</param>
/// <param name="Least">The worst round.</param>
/// <param name="Most">The best round.</param>
internal sealed record Ratio(string Against, double Median, double Least, double Most)
{
    /// <summary>Not a number where no round counts.</summary>
    public static Ratio Of(TargetResult lightDfs, IReadOnlyList<TargetResult> limits)
    {
        var ratios = new List<double>();
        for (var round = 0; round < lightDfs.Turns.Count; round++)
        {
            Turn[] turns = [lightDfs.Turns[round], .. limits.Select(limit => limit.Turns[round])];
            if (turns.All(turn => turn.NotCounted is null))
            {
                ratios.Add(turns[0].PerSecond / turns.Skip(1).Max(turn => turn.PerSecond));
            }
        }
        var against = string.Join(" or ", limits.Select(limit => limit.Name));
        return ratios.Count == 0 ? new(against, double.NaN, double.NaN, double.NaN) : new(against, Medians.Of(ratios), ratios.Min(), ratios.Max());
    }
}
