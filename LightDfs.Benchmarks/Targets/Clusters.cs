using LightDfs.Benchmarks.Cases;

namespace LightDfs.Benchmarks.Targets;

internal static class Clusters
{
    public static ClusterTarget Make(Shape shape, string folder) => shape.Condition switch
    {
        Condition.OneDown => new OneDownTarget(shape, folder),
        _ => new ClusterTarget(shape, folder),
    };
}
