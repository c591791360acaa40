namespace LightDfs.Benchmarks.Cases;

/// <summary>A cluster as a case wants it.</summary>
/// <param name="Name">For people.</param>
/// <param name="Machines">How many.</param>
/// <param name="Replicas">Copies of each file.</param>
/// <param name="Condition">What it goes through while it is measured.</param>
internal sealed record Shape(string Name, int Machines, int Replicas, Condition Condition)
{
    public static Shape One { get; } = new("1 machine", 1, 3, Condition.Healthy);

    public static Shape Three { get; } = new("3 machines", 3, 3, Condition.Healthy);

    /// <summary>One machine of three is drained, and holds nothing: the smallest cluster that has such a machine, so that the fewest processes share the processors.</summary>
    public static Shape WithoutIt { get; } = new("3 machines, R = 2, through one without it", 3, 2, Condition.Healthy);

    public static Shape OneDown { get; } = new("3 machines, one down", 3, 3, Condition.OneDown);

    public static Shape Reconciling { get; } = new("3 machines, reconciling", 3, 3, Condition.Reconciling);
}

internal enum Condition
{
    Healthy = 1,

    /// <summary>The last machine was killed.</summary>
    OneDown = 2,

    /// <summary>The last machine was away while many files were stored, and gets them now.</summary>
    Reconciling = 3,
}
