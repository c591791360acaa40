namespace LightDfs.Benchmarks.Cases;

internal enum Verb
{
    Put = 1,
    Get = 2,
}

/// <summary>One thing to measure: a cluster and limit apps, in turns.</summary>
internal sealed record Case(Verb Verb, long Size, int AtOnce, Shape Shape)
{
    /// <summary>Variants of the limit app that it is measured beside.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    public Goal? Goal { get; init; }

    public string Name => $"{(Verb == Verb.Put ? "PUT" : "GET")} {Sizes.Text(Size)}, {AtOnce} at once, {Shape.Name}";

    /// <summary>
    /// Most requests of a turn. Bounds what lands on the disk, and keeps reading within the page cache on both sides.
    /// </summary>
    public long MaxRequests => Verb == Verb.Put ? Math.Max(AtOnce, 512 * Sizes.MiB / Size) : long.MaxValue;

    /// <summary>Files to read from.</summary>
    public int Pool => Size switch
    {
        <= 4 * Sizes.KiB => 1000,
        <= 64 * Sizes.KiB => 300,
        <= Sizes.MiB => 64,
        _ => 1,
    };
}
