using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Processes;
using LightDfs.Benchmarks.Reports;
using LightDfs.Benchmarks.Targets;

namespace LightDfs.Benchmarks.Cases;

/// <summary>Measures one memory case: the largest machine is looked at many times a second.</summary>
internal sealed class MemoryRun(MemoryCase measured, LoadProcess load)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    public async Task<MemoryResult> RunAsync(string folder)
    {
        await using var cluster = new ClusterTarget(measured.Machines == 1 ? Shape.One : Shape.Three, folder);
        await cluster.StartAsync();
        var atStart = Largest(cluster);
        var outcome = load.RunAsync(new Order
        {
            Addresses = cluster.Addresses,
            AtOnce = measured.AtOnce,
            Seconds = 3600,
            MaxRequests = measured.Uploads,
            Size = measured.Size,
        });
        var seen = new List<long>();
        while (!outcome.IsCompleted)
        {
            seen.Add(Largest(cluster));
            await Task.WhenAny(outcome, Task.Delay(Every));
        }
        var half = Math.Max(1, seen.Count / 2);
        return new MemoryResult(measured, await outcome, atStart, seen.Take(half).Max(), seen.TakeLast(half).Max(), cluster.PeakMemory);
    }

    private static long Largest(ClusterTarget cluster) => cluster.Processes.Max(process => process.Memory);
}
