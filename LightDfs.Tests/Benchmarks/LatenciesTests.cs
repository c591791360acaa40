using LightDfs.Benchmarks.Load;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

public sealed class LatenciesTests
{
    [Test]
    public void Quantile_is_what_that_part_took_at_most_and_the_rest_at_least([Values(1, 2, 3, 10, 99, 100, 101, 1000)] int count, [Values(0.5, 0.99)] double part)
    {
        var took = Enumerable.Range(1, count).ToArray();
        new Random(count).Shuffle(took);
        var latencies = Of(took);

        var quantile = latencies.Quantile(part);

        Assert.That(took.Count(one => one <= quantile), Is.AtLeast(part * count));
        Assert.That(took.Count(one => one < quantile), Is.AtMost(part * count));
        Assert.That(latencies.Count, Is.EqualTo(count));
    }

    [Test]
    public void Quantile_counts_what_came_after_it_was_asked_for()
    {
        var latencies = Of(30, 10, 20);
        Assert.That(latencies.Quantile(0.5), Is.EqualTo(20));

        latencies.Add(TimeSpan.FromMilliseconds(2));
        latencies.Add(TimeSpan.FromMilliseconds(1));

        Assert.That(latencies.Quantile(0.5), Is.EqualTo(10));
    }

    [Test]
    public void Quantile_of_all_is_the_longest() => Assert.That(Of(3, 1, 2).Quantile(1), Is.EqualTo(3));

    [Test]
    public void Quantile_of_nothing_is_zero() => Assert.That(new Latencies().Quantile(0.5), Is.Zero);

    private static Latencies Of(params int[] milliseconds)
    {
        var latencies = new Latencies();
        foreach (var one in milliseconds)
        {
            latencies.Add(TimeSpan.FromMilliseconds(one));
        }
        return latencies;
    }
}
