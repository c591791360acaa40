using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>P1 on one machine: whatever call the power fails at, what was acknowledged is there, and nothing is torn.</summary>
[TestFixture(0)]
[TestFixture(1024 * 1024)]
public sealed class CrashTests(int packedBelow)
{
    private const int Seeds = 4;

    private PackingSettings Packing => new(packedBelow, 30_000);

    [Test]
    public async Task Power_failure_after_any_call_breaks_no_promise() => Assert.That(await SweepAsync(() => new SimulatedDisk()), Is.Empty);

    [Test]
    public async Task Kill_after_any_call_and_power_failure_after_the_next_run_break_no_promise() =>
        Assert.That(await KillSweepAsync(() => new SimulatedDisk()), Is.Empty);

    [Test]
    public async Task Power_failure_at_any_call_of_opening_after_a_power_failure_breaks_no_promise()
    {
        var calls = await CallsAsync();
        var broken = new List<string>();
        for (var after = 10; after <= calls; after += 7)
        {
            for (var opening = 0; opening < 60; opening++)
            {
                var workload = new CrashWorkload(Packing);
                var disk = new SimulatedDisk { PowerFailsAfter = after };
                await workload.RunAsync(disk);
                var second = disk.AfterCrash(after);
                second.PowerFailsAfter = opening;
                await workload.RunAsync(second);
                broken.AddRange(await workload.CheckAsync(second.AfterCrash(opening)));
            }
        }
        Assert.That(broken, Is.Empty);
    }

    [Test]
    public async Task Planted_missing_file_flush_is_found() =>
        Assert.That(await SweepAsync(() => new SimulatedDisk { SkipFileFlushes = true }), Has.Some.Contains("torn").And.Some.Contains("damaged"));

    [Test]
    public async Task Planted_missing_directory_flush_is_found() =>
        Assert.That(await SweepAsync(() => new SimulatedDisk { SkipDirectoryFlushes = true }), Has.Some.Contains("lost"));

    private async Task<int> CallsAsync()
    {
        var disk = new SimulatedDisk();
        await new CrashWorkload(Packing).RunAsync(disk);
        return disk.Calls;
    }

    private async Task<List<string>> SweepAsync(Func<SimulatedDisk> make)
    {
        var calls = await CallsAsync();
        Assert.That(calls, Is.GreaterThan(50));
        var broken = new List<string>();
        for (var after = 0; after <= calls; after++)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var workload = new CrashWorkload(Packing);
                var disk = make();
                disk.PowerFailsAfter = after;
                await workload.RunAsync(disk);
                broken.AddRange((await workload.CheckAsync(disk.AfterCrash((after * Seeds) + seed))).Select(what => $"after {after}, seed {seed}: {what}"));
            }
        }
        return broken;
    }

    private async Task<List<string>> KillSweepAsync(Func<SimulatedDisk> make)
    {
        var calls = await CallsAsync();
        var broken = new List<string>();
        for (var after = 0; after <= calls; after++)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var workload = new CrashWorkload(Packing);
                var disk = make();
                disk.PowerFailsAfter = after;
                await workload.RunAsync(disk);
                var second = disk.AfterKill();
                await workload.RunAsync(second);
                broken.AddRange((await workload.CheckAsync(second.AfterCrash((after * Seeds) + seed))).Select(what => $"after {after}, seed {seed}: {what}"));
            }
        }
        return broken;
    }
}
