using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Promises.Crashes;

/// <summary>
/// P1, P4, P8: the power of one machine fails at each call of its disk while the cluster stores, deletes, mends, hands over and forgets. When it has started again, every disk of the cluster is looked
/// at; and once more when all is reconciled. (One store alone, byte for byte: CrashMatrixTests.)
/// </summary>
public sealed class P1_CrashMatrixTests
{
    private readonly KeptRings _rings = new();

    /// <summary>Every replica in a file of its own; all of them in volumes, of which one is full with a few.</summary>
    private static readonly (string Name, PackingSettings Packing)[] Packings = [("files", PackingSettings.Off), ("packed", new PackingSettings(1024 * 1024, 4000))];

    private static IEnumerable<TestCaseData> Crashes =>
        Packings.SelectMany(packing => ClusterCrashes.All.Select(crash => new TestCaseData(crash, packing.Packing) { TestName = $"Every crash leaves what the rules allow ({crash.Name}, {packing.Name})" }));

    [TestCaseSource(nameof(Crashes))]
    public async Task Every_crash_leaves_what_the_rules_allow(object crash, object packing)
    {
        var broken = new List<string>();
        for (var (calls, isCutShort) = (0, true); isCutShort; calls++)
        {
            isCutShort = await RunAsync((ClusterCrash)crash, (PackingSettings)packing, calls, broken);
        }
        Assert.That(broken, Is.Empty);
    }

    private async Task<bool> RunAsync(ClusterCrash crash, PackingSettings packing, int calls, List<string> broken)
    {
        await using var run = await CrashingCluster.StartAsync(crash.Machines, crash.IsTimed, _rings, packing);
        await crash.Prepare(run);

        var isCutShort = await run.CutShortAsync(calls, crash.Act);
        await run.RestartAsync(disk => Left(disk, calls));
        var wrong = crash.AfterRestart(run).Concat(run.PictureOf(run.Victim).In("temp").Select(path => $"{path} is left")).ToList();
        await run.Machines.SettleAsync();
        await crash.Finish(run);
        await run.Machines.ReconcileAsync();
        wrong.AddRange(crash.AtEnd(run).Select(what => "at the end: " + what));

        broken.AddRange(wrong.Select(what => $"after {calls} calls, {(run.IsAcknowledged ? "" : "not ")}acknowledged: {what}"));
        return isCutShort;
    }

    /// <summary>At every other call all that is unflushed is lost, at the others torn.</summary>
    private static SimulatedDisk Left(SimulatedDisk disk, int calls) => calls % 2 == 0 ? disk.AfterLoss() : disk.AfterCrash(calls);
}
