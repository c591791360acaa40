using System.Globalization;
using NUnit.Framework;

namespace LightDfs.Tests.Fuzzing;

/// <summary>
/// Whatever bytes come from outside: nothing crashes, hangs, takes much memory, or is read as what it does not say. A few thousand inputs each; more with <c>LIGHTDFS_FUZZ_INPUTS</c>, others with
/// <c>LIGHTDFS_FUZZ_SEED</c> (docs/testing.md).
/// </summary>
public sealed class FuzzTests
{
    private const long Inputs = 3000;
    private const int Seed = 20_260_801;

    private static IEnumerable<FuzzTarget> Targets => FuzzTargets.All;

    [TestCaseSource(nameof(Targets))]
    public void Any_bytes_are_read_as_what_they_say_or_refused(object target)
    {
        var fuzzed = (FuzzTarget)target;
        var (failures, figures) = FuzzRun.Run(fuzzed, Setting("LIGHTDFS_FUZZ_INPUTS", Inputs / fuzzed.Every), (int)Setting("LIGHTDFS_FUZZ_SEED", Seed));

        TestContext.Out.WriteLine(figures);
        Assert.That(failures, Is.Empty, figures);
    }

    [Test]
    public void Names_of_targets_differ() => Assert.That(Targets.Select(target => target.Name), Is.Unique);

    private static long Setting(string name, long otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
