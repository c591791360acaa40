using LightDfs.Benchmarks.Reports;
using NUnit.Framework;
using static LightDfs.Tests.Benchmarks.Measured;

namespace LightDfs.Tests.Benchmarks;

public sealed class RatioTests
{
    [Test]
    public void Ratio_is_the_median_of_the_rounds_and_not_a_ratio_of_medians()
    {
        var ratio = Ratio.Of(Target("lightdfs", 10, 60, 90), [Target("log", 100, 80, 30)]);

        Assert.That((ratio.Median, ratio.Least, ratio.Most), Is.EqualTo((0.75, 0.1, 3.0)));
        Assert.That(ratio.Against, Is.EqualTo("log"));
    }

    [Test]
    public void Ratio_to_several_limits_is_to_the_better_one_of_each_round()
    {
        var ratio = Ratio.Of(Target("lightdfs", 50, 50, 50), [Target("log", 100, 25, 200), Target("file", 25, 100, 50)]);

        Assert.That((ratio.Median, ratio.Least, ratio.Most), Is.EqualTo((0.5, 0.25, 0.5)));
        Assert.That(ratio.Against, Is.EqualTo("log or file"));
    }

    [Test]
    public void Round_of_which_a_turn_is_not_counted_is_left_out()
    {
        var lightDfs = Target("lightdfs", Turn(1), Turn(50), Turn(1000, notCounted: "nothing was missing any more"));
        var log = Target("log", Turn(1000, notCounted: "no request succeeded"), Turn(100), Turn(1));

        var ratio = Ratio.Of(lightDfs, [log]);

        Assert.That((ratio.Median, ratio.Least, ratio.Most), Is.EqualTo((0.5, 0.5, 0.5)));
    }

    [Test]
    public void Ratio_of_no_counted_round_is_no_number()
    {
        var ratio = Ratio.Of(Target("lightdfs", Turn(1, notCounted: "no request succeeded")), [Target("log", 1)]);

        Assert.That((ratio.Median, ratio.Least, ratio.Most), Is.EqualTo((double.NaN, double.NaN, double.NaN)));
    }

    [TestCase(new[] { 7.0 }, 7)]
    [TestCase(new[] { 9.0, 1, 4 }, 4)]
    [TestCase(new[] { 9.0, 1 }, 5)]
    [TestCase(new[] { 9.0, 1, 4, 2 }, 3)]
    [TestCase(new double[0], double.NaN)]
    public void Median_is_the_middle_one_or_the_mean_of_the_two_in_the_middle(double[] figures, double median) =>
        Assert.That(Medians.Of(figures), Is.EqualTo(median));

    [Test]
    public void Figures_of_a_target_are_medians_of_the_turns_that_count()
    {
        var result = Target("lightdfs", Turn(1), Turn(3), Turn(1000, notCounted: "no request succeeded"));

        Assert.That(result.PerSecond, Is.EqualTo(2));
    }
}
