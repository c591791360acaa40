namespace LightDfs.Benchmarks.Cases;

/// <summary>What memory a machine takes while files stream through.</summary>
internal sealed record MemoryCase(int Machines, int AtOnce, int Uploads, long Size)
{
    /// <summary>The bound that was promised for each machine: 250 MB.</summary>
    public const long Bound = 250_000_000;

    public string Name => $"Memory, {(Uploads == 1 ? "one file" : $"{AtOnce} uploads at once")} of {Sizes.Text(Size)}, {(Machines == 1 ? "1 machine" : $"{Machines} machines")}";

    public static IEnumerable<MemoryCase> List(bool large)
    {
        yield return new MemoryCase(1, 64, 300_000, 4 * Sizes.KiB);
        yield return new MemoryCase(1, 64, 192, 16 * Sizes.MiB);
        yield return new MemoryCase(3, 64, 128, 16 * Sizes.MiB);
        if (large)
        {
            yield return new MemoryCase(1, 1, 1, 10 * Sizes.GiB);
        }
    }
}
