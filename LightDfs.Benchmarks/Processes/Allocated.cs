using System.Globalization;

namespace LightDfs.Benchmarks.Processes;

/// <summary>Bytes that a server has allocated since its start, as it says itself when asked.</summary>
internal static class Allocated
{
    public const string Path = "/allocated";

    public static string Text => GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture);

    public static async Task<long> OfAsync(ServerProcess process) => process.IsRunning ? long.Parse(await process.Client.GetStringAsync(Path), CultureInfo.InvariantCulture) : 0;
}
