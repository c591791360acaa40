using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>A cluster whose last machine is killed before it is measured, and stays away.</summary>
internal sealed class OneDownTarget(Shape shape, string folder) : ClusterTarget(shape, folder)
{
    public override async Task BeginConditionAsync(LoadProcess load)
    {
        await Processes[^1].KillAsync();
        await WaitUntilAsync("notice that a machine is down", async process => await process.Client.GetStringAsync("/live-owners") == "0");
    }
}
