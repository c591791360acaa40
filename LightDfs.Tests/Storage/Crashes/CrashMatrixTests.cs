using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>
/// Whatever call the power fails at: when the store is opened again, the disk holds what it held before the step that was cut short or what it should hold after, byte for byte, and nothing else;
/// and all steps that were acknowledged.
/// </summary>
public sealed class CrashMatrixTests
{
    /// <summary>Nothing is packed; everything is, into volumes that are full with the first large entry.</summary>
    private static readonly (string Name, PackingSettings Packing)[] Packings = [("files", PackingSettings.Off), ("packed", new PackingSettings(1024 * 1024, 30_000))];

    /// <summary>Everything, where all was prepared alike; and where it was prepared with the other packing, so that things go from one place to the other.</summary>
    private static IEnumerable<TestCaseData> Cases =>
        from before in Packings
        from after in Packings
        from scenario in Scenarios
        select new TestCaseData(scenario, before.Packing, after.Packing) { TestName = $"Every crash leaves the state before or after ({scenario.Name}, {(before == after ? "" : before.Name + ", then ")}{after.Name})" };

    private static IEnumerable<CrashScenario> Scenarios => CrashScenarios.All.Concat(CrashScenarios.Mends);

    [TestCaseSource(nameof(Cases))]
    public async Task Every_crash_leaves_the_state_before_or_after(object scenario, object before, object after) =>
        Assert.That(await CrashMatrix.RunAsync((CrashScenario)scenario, (PackingSettings)after, before: (PackingSettings)before), Is.Empty);

    [Test]
    public async Task Planted_missing_file_flush_is_found([Values("store", "delete", "replace a losing version", "save documents")] string name, [Values(0, 1)] int packing) =>
        Assert.That(await CrashMatrix.RunAsync(Scenario(name), Packings[packing].Packing, () => new SimulatedDisk { SkipFileFlushes = true }), Is.Not.Empty);

    [Test]
    public async Task Planted_missing_directory_flush_is_found([Values("store", "delete", "set aside", "replace a losing version", "save documents")] string name, [Values(0, 1)] int packing) =>
        Assert.That(await CrashMatrix.RunAsync(Scenario(name), Packings[packing].Packing, () => new SimulatedDisk { SkipDirectoryFlushes = true }), Is.Not.Empty);

    private static CrashScenario Scenario(string name) => Scenarios.Single(scenario => scenario.Name == name);
}
