namespace LightDfs.Benchmarks.Cases;

/// <summary>Everything that is measured in turns with the limit app.</summary>
internal static class AllCases
{
    private static readonly long[] SmallSizes = [4 * Sizes.KiB, 64 * Sizes.KiB, Sizes.MiB];

    public static IEnumerable<Case> List()
    {
        foreach (var shape in new[] { Shape.One, Shape.Three, Shape.WithoutIt })
        {
            foreach (var size in SmallSizes)
            {
                foreach (var atOnce in new[] { 1, 16, 64 })
                {
                    if (shape != Shape.WithoutIt)
                    {
                        yield return Make(Verb.Put, size, atOnce, shape);
                    }
                    yield return Make(Verb.Get, size, atOnce, shape);
                }
            }
            if (shape != Shape.WithoutIt)
            {
                yield return Make(Verb.Put, Sizes.GiB, 1, shape);
            }
            yield return Make(Verb.Get, Sizes.GiB, 1, shape);
        }
        foreach (var shape in new[] { Shape.OneDown, Shape.Reconciling })
        {
            foreach (var (size, atOnce) in new[] { (4 * Sizes.KiB, 16), (4 * Sizes.KiB, 64), (64 * Sizes.KiB, 16), (Sizes.MiB, 16) })
            {
                yield return Make(Verb.Put, size, atOnce, shape);
                yield return Make(Verb.Get, size, atOnce, shape);
            }
        }
    }

    private static Case Make(Verb operation, long size, int atOnce, Shape shape) => new(operation, size, atOnce, shape)
    {
        Limits = LimitsOf(operation, size, shape),
        Goal = Goals.Of(operation, size, atOnce, shape),
    };

    /// <summary>
    /// What could be the better way to keep such bodies; a log gains nothing for large ones. "named" is there where a replica is a file of its own, whose name LightDfs makes durable too, and "http" where
    /// the HTTP stack costs most: goals speak of neither.
    /// </summary>
    private static string[] LimitsOf(Verb operation, long size, Shape shape) => (operation, size) switch
    {
        (_, >= Sizes.GiB) => ["file"],
        (Verb.Put, Sizes.MiB) => ["log", "file", "named"],
        (Verb.Put, 4 * Sizes.KiB) when shape == Shape.One => ["log", "file", "http"],
        (Verb.Get, 4 * Sizes.KiB) when shape == Shape.One => ["log", "http"],
        (Verb.Put, _) => ["log", "file"],
        _ => ["log"],
    };
}
