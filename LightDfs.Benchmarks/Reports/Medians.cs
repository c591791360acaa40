namespace LightDfs.Benchmarks.Reports;

internal static class Medians
{
    /// <summary>The middle one, or the mean of the two in the middle; not a number when there are none.</summary>
    public static double Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
