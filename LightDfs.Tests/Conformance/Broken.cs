using NUnit.Framework;

namespace LightDfs.Tests.Conformance;

/// <summary>A broken implementation, in a fixture of its own, and the checks that must catch it.</summary>
public sealed class Broken
{
    private readonly Type _fixture;
    private readonly string[] _checks;

    private Broken(Type fixture, string[] checks) => (_fixture, _checks) = (fixture, checks);

    public static Broken Of<TFixture>(params string[] checks) where TFixture : new() => new(typeof(TFixture), checks);

    public override string ToString() => _fixture.GetGenericArguments()[0].Name;

    /// <summary>Each of the named checks fails.</summary>
    public async Task AssertCaughtAsync()
    {
        Assert.That(Checks.Of(_fixture), Is.SupersetOf(_checks));
        var failures = await Checks.FailuresOfAsync(_fixture, _checks);
        Assert.That(failures.Select(failure => failure.Check).Distinct(), Is.EquivalentTo(_checks), string.Join('\n', failures));
    }

    /// <summary>No check of a fixture passes whatever is done to it: each is named by something broken that it catches.</summary>
    public static void AssertEveryCheckCatches<TConformance>(IEnumerable<Broken> all) =>
        Assert.That(Checks.Of(typeof(TConformance)).Except(all.SelectMany(broken => broken._checks)), Is.Empty, "checks that no broken implementation proves");

    /// <summary>A sound implementation passes every check.</summary>
    public static async Task AssertSoundAsync<TFixture>() where TFixture : new() => Assert.That(await Checks.FailuresOfAsync(typeof(TFixture)), Is.Empty);
}
