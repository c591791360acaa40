using System.Globalization;
using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>
/// A cluster that mends while clients are served: before each of its turns the last machine is away while files are stored, and gets its copies of them during the turn. Between its turns the whole
/// cluster stands still: it would mend on, and take processors and disk from the limit that is measured.
/// </summary>
/// <param name="shape">How it is built.</param>
/// <param name="folder">Where it keeps everything.</param>
/// <param name="seconds">Length of a turn.</param>
internal sealed class ReconcilingTarget(Shape shape, string folder, double seconds) : ClusterTarget(shape, folder)
{
    private const long Size = Sizes.MiB;
    private const int AtOnce = 16;

    /// <summary>More than are mended in a second, so that there is work left at the end of a turn.</summary>
    private const int FilesPerSecond = 300;
    private const int LeastFiles = 300;
    private const double LongestSeconds = 60;
    private LoadProcess? _load;

    public override Task BeginConditionAsync(LoadProcess load)
    {
        _load = load;
        Pause();
        return Task.CompletedTask;
    }

    public override async Task EnterAsync()
    {
        foreach (var process in Processes)
        {
            process.Resume();
        }
        // Whoever waited for an answer while all stood still may think that nobody is there.
        await WaitUntilAllAreUpAsync();
        await Processes[^1].KillAsync();
        await _load!.RunAsync(new Order
        {
            Addresses = Addresses,
            AtOnce = AtOnce,
            Seconds = LongestSeconds,
            MaxRequests = (long)Math.Max(LeastFiles, seconds * FilesPerSecond),
            Size = Size,
        });
        Processes[^1].Start();
        await Processes[^1].WaitUntilReadyAsync();
        var begun = TimeProvider.System.GetTimestamp();
        while (await MissingAsync() == 0)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"No machine has missed a copy {Patience.TotalSeconds} s after {Processes[^1].Name} came back.");
            }
            await Task.Delay(20);
        }
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
