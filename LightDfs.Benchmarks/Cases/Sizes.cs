namespace LightDfs.Benchmarks.Cases;

internal static class Sizes
{
    public const long KiB = 1024;
    public const long MiB = 1024 * KiB;
    public const long GiB = 1024 * MiB;

    /// <summary>Such as "4 KiB".</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= GiB => $"{bytes / GiB} GiB",
        >= MiB => $"{bytes / MiB} MiB",
        >= KiB => $"{bytes / KiB} KiB",
        _ => $"{bytes} B",
    };
}
