using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Options;
using LightDfs.Benchmarks.Reports;
using LightDfs.Benchmarks.Store;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

/// <summary>What is typed for the benchmarks is read whole, or refused by its name before anything is measured.</summary>
public sealed class OptionTests
{
    [TestCase("--bogus", null, "'--bogus' is no option of cluster.")]
    [TestCase("--rounds", null, "--rounds lacks its value.")]
    [TestCase("--rounds", "0", "--rounds takes a number from 1 on, and not '0'.")]
    [TestCase("--seconds", "x", "--seconds takes seconds, more than 0, and not 'x'.")]
    [TestCase("--seconds", "0", "--seconds takes seconds, more than 0, and not '0'.")]
    [TestCase("--warm-up", "-1", "--warm-up takes seconds, 0 or more, and not '-1'.")]
    [TestCase("--limits", "log,foo", "--limits takes some of http,file,named,log, and not 'log,foo'.")]
    public void Cluster_names_the_option_that_is_wrong(string option, string? value, string message) =>
        Assert.That(() => RunSettings.Parse(value is null ? [option] : [option, value]), Throws.TypeOf<WrongOptionException>().With.Message.StartsWith(message));

    [TestCase("--bogus", "'--bogus' is no option of threshold.")]
    [TestCase("--count", "'--count' is no option of threshold.")]
    [TestCase("--writers", "--writers lacks its value.")]
    public void Threshold_names_the_option_that_is_wrong(string option, string message) =>
        Assert.That(() => StoreSettings.OfThreshold([option]), Throws.TypeOf<WrongOptionException>().With.Message.StartsWith(message));

    [Test]
    public void Options_are_read()
    {
        var cluster = RunSettings.Parse(["--case", "PUT", "--case", "GET", "--rounds", "7", "--seconds", "2.5", "--warm-up", "15", "--limits", "http,log", "--large"]);
        var files = StoreSettings.OfFiles(["--count", "100", "--writers", "1,2", "--seconds", "0.5"]);

        Assert.That((cluster.Rounds, cluster.Seconds, cluster.WarmUp, cluster.Large), Is.EqualTo((7, 2.5, 15d, true)));
        Assert.That((cluster.Cases, cluster.Limits), Is.EqualTo((new[] { "PUT", "GET" }, new[] { "http", "log" })));
        Assert.That((files.Count, files.Writers, files.Seconds), Is.EqualTo((100, new[] { 1, 2 }, 0.5)));
    }

    [TestCase("--rounds", "4")]
    [TestCase("--seconds", "1.9")]
    [TestCase("--warm-up", "9")]
    public void Shorter_run_says_beside_its_goals_that_it_says_little(string option, string value)
    {
        var (one, shorter) = (Measured.CasesWithGoals.First(), new RunReport(RunSettings.Parse([option, value, "--folder", Path.GetTempPath()])));
        shorter.Cases.Add(Measured.Case(one, 1, one.Goal!.Limits));

        Assert.That(shorter.Goals.First(line => line.Measured is not null).Measured, Does.EndWith("(shorter than the defaults: says little)"));
        Assert.That(Measured.Report([.. shorter.Cases]).Goals.First(line => line.Measured is not null).Measured, Does.Not.Contain("shorter"));
    }
}
