using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>
/// Whatever call the power fails at: when the store is opened again, the disk holds what it held before the step that was cut short or what it should hold after, byte for byte, and nothing else;
/// and all steps that were acknowledged.
/// </summary>
public sealed class CrashMatrixTests
{
    private static IEnumerable<CrashScenario> Scenarios => CrashScenarios.All;

    [TestCaseSource(nameof(Scenarios))]
    public async Task Every_crash_leaves_the_state_before_or_after(object scenario) => Assert.That(await CrashMatrix.RunAsync((CrashScenario)scenario), Is.Empty);

    [Test]
    public async Task Planted_missing_file_flush_is_found([Values("store", "delete", "replace a losing version", "save documents")] string name) =>
        Assert.That(await CrashMatrix.RunAsync(Scenario(name), () => new SimulatedDisk { SkipFileFlushes = true }), Is.Not.Empty);

    [Test]
    public async Task Planted_missing_directory_flush_is_found([Values("store", "delete", "set aside", "replace a losing version", "save documents")] string name) =>
        Assert.That(await CrashMatrix.RunAsync(Scenario(name), () => new SimulatedDisk { SkipDirectoryFlushes = true }), Is.Not.Empty);

    private static CrashScenario Scenario(string name) => Scenarios.Single(scenario => scenario.Name == name);
}
