using LightDfs.Benchmarks.Cases;

namespace LightDfs.Benchmarks.Targets;

internal static class Clusters
{
    /// <param name="shape">What it goes through.</param>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="seconds">Length of a turn.</param>
    public static ClusterTarget Make(Shape shape, string folder, double seconds) => shape.Condition switch
    {
        Condition.OneDown => new OneDownTarget(shape, folder),
        Condition.Reconciling => new ReconcilingTarget(shape, folder, seconds),
        _ => new ClusterTarget(shape, folder),
    };
}
