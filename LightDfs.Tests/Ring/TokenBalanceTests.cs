using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>What holds by the law of large numbers. The ids are the same on every run, so the results are too.</summary>
public sealed class TokenBalanceTests
{
    private const int Machines = 10;
    private const double Mean = 3.0 * Partitions.Count / Machines;

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(TokenHashRing.DefaultTokensPerMachine)]
    public void Loads_scatter_by_one_over_the_root_of_owners_times_tokens(int tokens)
    {
        var deviations = Enumerable.Range(1, 20).SelectMany(series => Loads(tokens, (ulong)series)).Select(load => (load / Mean) - 1).ToList();

        var scatter = Math.Sqrt(deviations.Average(deviation => deviation * deviation));
        Assert.That(scatter * Math.Sqrt(3 * tokens), Is.InRange(0.75, 1.25));
    }

    [Test]
    public void Ten_equal_machines_are_within_a_fifth_of_the_mean_by_default([Range(1, 10)] int series) =>
        Assert.That(Loads(TokenHashRing.DefaultTokensPerMachine, (ulong)series), Has.All.InRange(0.8 * Mean, 1.2 * Mean));

    private static int[] Loads(int tokens, ulong series) => Memberships.Loads(new TokenHashRing(tokens).WithMembers(Memberships.Equal(Machines, series), 3));
}
