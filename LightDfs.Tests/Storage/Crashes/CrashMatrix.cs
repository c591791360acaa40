using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>Lets the power fail at each call that a scenario makes, and looks at all that the disk holds when it is opened again.</summary>
internal static class CrashMatrix
{
    private const string Root = "/data/dfs";
    private const int TornSeeds = 3;

    /// <summary>Every picture that the rules do not allow.</summary>
    /// <param name="scenario">What is done.</param>
    /// <param name="packing">What is packed.</param>
    /// <param name="make">The disk; planted faults come in here.</param>
    /// <param name="before">What was packed while it was prepared; <see langword="null"/>: the same.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(CrashScenario scenario, PackingSettings packing, Func<SimulatedDisk>? make = null, PackingSettings? before = null)
    {
        var prepared = (make ?? (() => new SimulatedDisk()))();
        await UseAsync(prepared, before ?? packing, scenario.Prepare);
        scenario.Spoil(prepared, Root);
        var pictures = await PicturesAsync(prepared, packing, scenario);
        var broken = new List<string>();
        for (var calls = 0; ; calls++)
        {
            var isCutShort = false;
            foreach (var (variant, crash) in Variants(calls))
            {
                var disk = Renew(prepared, make);
                disk.PowerFailsAfter = calls;
                var done = await StepsAsync(disk, packing, scenario);
                isCutShort = disk.IsOff;
                var left = crash(disk);
                await UseAsync(left, packing, _ => Task.CompletedTask);
                broken.AddRange(WrongIn(DiskPicture.Of(left, Root), pictures, done, scenario).Select(what => $"{variant} after {calls} calls, {done} steps acknowledged: {what}"));
            }
            if (!isCutShort)
            {
                return broken;
            }
        }
    }

    private static IEnumerable<(string Name, Func<SimulatedDisk, SimulatedDisk> Crash)> Variants(int calls)
    {
        yield return ("killed", disk => disk.AfterKill());
        yield return ("unflushed lost", disk => disk.AfterLoss());
        for (var seed = 0; seed < TornSeeds; seed++)
        {
            var chance = (calls * TornSeeds) + seed;
            yield return ($"unflushed torn by {chance}", disk => disk.AfterCrash(chance));
        }
    }

    private static SimulatedDisk Renew(SimulatedDisk prepared, Func<SimulatedDisk>? make)
    {
        var (disk, faults) = (prepared.Copy(), make?.Invoke());
        (disk.SkipFileFlushes, disk.SkipDirectoryFlushes) = (faults?.SkipFileFlushes == true, faults?.SkipDirectoryFlushes == true);
        return disk;
    }

    private static IEnumerable<string> WrongIn(DiskPicture found, List<DiskPicture> pictures, int done, CrashScenario scenario)
    {
        var (before, after) = (pictures[done], pictures[Math.Min(done + 1, pictures.Count - 1)]);
        DiskPicture[] allowed = [before, after, .. scenario.Between(before, after)];
        if (!allowed.Contains(found))
        {
            yield return $"found {found}, which is neither {string.Join(", nor ", allowed.Distinct())}";
        }
    }

    /// <summary>What the disk holds before the first step, and after each, when nothing fails.</summary>
    private static async Task<List<DiskPicture>> PicturesAsync(SimulatedDisk prepared, PackingSettings packing, CrashScenario scenario)
    {
        var pictures = new List<DiskPicture>();
        for (var steps = 0; steps <= scenario.Steps.Length; steps++)
        {
            var disk = prepared.Copy();
            await StepsAsync(disk, packing, scenario with { Steps = scenario.Steps[..steps] });
            await UseAsync(disk, packing, _ => Task.CompletedTask);
            pictures.Add(DiskPicture.Of(disk, Root));
        }
        return pictures;
    }

    /// <summary>Opens the store and does the steps, as far as the power allows. How many returned.</summary>
    private static async Task<int> StepsAsync(SimulatedDisk disk, PackingSettings packing, CrashScenario scenario)
    {
        var done = 0;
        try
        {
            await UseAsync(disk, packing, async store =>
            {
                foreach (var step in scenario.Steps)
                {
                    await step(store);
                    done++;
                    // What goes on in the background belongs to the step, so that it is cut short too, at every call.
                    await store.RestAsync();
                }
            });
        }
        catch (StorageException) when (disk.IsOff)
        {
            // What was not acknowledged before does not matter any more.
        }
        return done;
    }

    private static async Task UseAsync(SimulatedDisk disk, PackingSettings packing, Func<FileReplicaStore, Task> use)
    {
        await using var store = new FileReplicaStore(disk, Root, 0, new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)), NullLogger.Instance, packing);
        await store.OpenAsync();
        await store.RestAsync();
        await use(store);
    }
}
