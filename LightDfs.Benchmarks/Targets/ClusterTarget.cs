using System.Globalization;
using System.Security.Cryptography;
using EndToEnd;
using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Node;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>A cluster of LightDfs, with a key, so that what its machines say to each other is signed.</summary>
internal class ClusterTarget(Shape shape, string folder) : Target("lightdfs")
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public override IReadOnlyList<ServerProcess> Processes { get; } = Make(shape, folder);

    /// <summary>With a machine that holds nothing of what is asked, all is asked of that one.</summary>
    public override IReadOnlyList<string> Addresses => shape == Shape.WithoutIt ? [Processes[0].Address] : base.Addresses;

    public override async Task StartAsync()
    {
        await base.StartAsync();
        await WaitUntilAllAreUpAsync();
        if (shape == Shape.WithoutIt)
        {
            using var drained = await Processes[0].Client.PostAsync(NodeApp.Drain, null);
            drained.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Brings about what the cluster is to go through, once it holds what is to be read.</summary>
    public virtual Task BeginConditionAsync(LoadProcess load) => Task.CompletedTask;

    protected Task WaitUntilAllAreUpAsync() => WaitUntilAsync("see the others", async process =>
        await process.Client.GetStringAsync("/live-owners") == Ring.Partitions.Count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until every running machine answers a question as it should.</summary>
    protected async Task WaitUntilAsync(string what, Func<ServerProcess, Task<bool>> isTrue)
    {
        var begun = TimeProvider.System.GetTimestamp();
        foreach (var process in Processes.Where(process => process.IsRunning).ToList())
        {
            while (!await isTrue(process))
            {
                if (TimeProvider.System.GetElapsedTime(begun) > Patience)
                {
                    throw new InvalidOperationException($"{process.Name} does not {what} after {Patience.TotalSeconds} s.");
                }
                await Task.Delay(50);
            }
        }
    }

    private static List<ServerProcess> Make(Shape shape, string folder)
    {
        var addresses = FreeAddresses.Find(shape.Machines);
        var environment = new Dictionary<string, string> { ["LightDfs__ClusterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        return [.. addresses.Select((address, i) =>
        {
            var directory = Path.Combine(folder, $"machine{i + 1}");
            string[] arguments =
            [
                "node",
                $"--urls={address}",
                $"--LightDfs:DataDirectory={directory}",
                string.Create(CultureInfo.InvariantCulture, $"--LightDfs:Replicas={shape.Replicas}"),
                .. shape.Machines > 1 ? addresses.Select((peer, n) => $"--LightDfs:Peers:{n}={peer}") : [],
            ];
            return new ServerProcess($"machine{i + 1}", new Uri(address).Authority, directory, arguments, environment, "/health/ready");
        })];
    }
}
