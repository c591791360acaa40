using System.Globalization;
using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>
/// A cluster whose last machine was away while many files were stored, and gets its copies of them while clients are served. Between its turns the whole cluster stands still: it would mend on, and
/// take processors and disk from the limit that is measured.
/// </summary>
internal sealed class ReconcilingTarget(Shape shape, string folder, double seconds) : ClusterTarget(shape, folder)
{
    private const long Size = Sizes.MiB;
    private const int AtOnce = 16;

    /// <summary>More than are mended in a second, so that there is work left at the end.</summary>
    private const int FilesPerSecond = 150;
    private const int LeastFiles = 500;
    private const double LongestSeconds = 60;

    public override async Task BeginConditionAsync(LoadProcess load)
    {
        await Processes[^1].KillAsync();
        await load.RunAsync(new Order { Addresses = Addresses, AtOnce = AtOnce, Seconds = LongestSeconds, MaxRequests = (long)Math.Max(LeastFiles, seconds * FilesPerSecond), Size = Size });
        Processes[^1].Start();
        await Processes[^1].WaitUntilReadyAsync();
        while (await MissingAsync() == 0)
        {
            await Task.Delay(20);
        }
        Pause();
    }

    public override async Task EnterAsync()
    {
        foreach (var process in Processes)
        {
            process.Resume();
        }
        // Whoever waited for an answer while all stood still may think that nobody is there.
        await WaitUntilAllAreUpAsync();
    }

    public override async Task<string?> LeaveAsync()
    {
        var missing = await MissingAsync();
        Pause();
        return missing > 0 ? null : "reconciling had ended before it did";
    }

    private void Pause()
    {
        foreach (var process in Processes)
        {
            process.Pause();
        }
    }

    private async Task<long> MissingAsync()
    {
        var told = await Task.WhenAll(Processes.Select(process => process.Client.GetStringAsync("/missing")));
        return told.Max(text => long.Parse(text, CultureInfo.InvariantCulture));
    }
}
