using System.Diagnostics;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Store;

/// <summary>What some work took.</summary>
/// <param name="Done">How much was done.</param>
/// <param name="Seconds">By the clock.</param>
/// <param name="Cpu">Seconds of processor that this process used.</param>
/// <param name="CpuOfOthers">Seconds of processor that everybody else used, the kernel's writing for us included.</param>
internal sealed record Spell(long Done, double Seconds, double Cpu, double CpuOfOthers)
{
    public double PerSecond => Done / Seconds;

    /// <summary>Microseconds of processor for each.</summary>
    public double CpuEach => Cpu * 1e6 / Math.Max(1, Done);

    /// <summary>How many processors others used.</summary>
    public double Others => CpuOfOthers / Seconds;

    public static async Task<Spell> OfAsync(Func<Task<int>> work)
    {
        var (all, own, start) = (Proc.CpuSecondsOfAll(), Proc.CpuSeconds(Environment.ProcessId), Stopwatch.GetTimestamp());
        var done = await work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        own = Proc.CpuSeconds(Environment.ProcessId) - own;
        return new Spell(done, seconds, own, Math.Max(0, Proc.CpuSecondsOfAll() - all - own));
    }

    public static Task<Spell> OfAsync(Func<ValueTask> work) => OfAsync(async () =>
    {
        await work();
        return 1;
    });
}
