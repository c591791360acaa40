using LightDfs.Cluster;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What was written lately is left alone by comparing.</summary>
public sealed class RecentWritesTests
{
    [Test]
    public void Write_is_recent_for_a_minute_and_not_for_more_than_a_third_longer([Values(0, 1, 19, 20, 39, 59)] int secondsBefore, [Values(1, 7, 20, 60)] int step)
    {
        var time = new FakeTimeProvider();
        var recent = new RecentWrites(time);
        // So that it falls into another part of the slice that is being filled.
        time.Advance(TimeSpan.FromSeconds(secondsBefore));
        recent.Note(TestReplica.Id(1));

        for (var past = 0; past <= 200; past += step)
        {
            var isRecent = recent.Contains(TestReplica.Id(1));
            Assert.That(isRecent, past < RecentWrites.Age.TotalSeconds ? Is.True : past > RecentWrites.MostAge.TotalSeconds ? Is.False : Is.AnyOf(true, false), $"after {past} s");
            time.Advance(TimeSpan.FromSeconds(step));
        }
    }

    [Test]
    public void Writing_it_again_makes_it_recent_again()
    {
        var time = new FakeTimeProvider();
        var recent = new RecentWrites(time);
        recent.Note(TestReplica.Id(1));
        time.Advance(TimeSpan.FromSeconds(50));
        recent.Note(TestReplica.Id(1));

        time.Advance(TimeSpan.FromSeconds(55));

        Assert.That(recent.Contains(TestReplica.Id(1)), Is.True);
    }

    [Test]
    public void Nothing_of_it_stays_after_a_long_silence()
    {
        var time = new FakeTimeProvider();
        var recent = new RecentWrites(time);
        recent.Note(TestReplica.Id(1));

        time.Advance(TimeSpan.FromDays(400));

        Assert.That(recent.Contains(TestReplica.Id(1)), Is.False);
    }

    [Test]
    public void At_more_than_it_remembers_the_oldest_are_forgotten_and_the_latest_are_not()
    {
        var recent = new RecentWrites(new FakeTimeProvider());
        for (var number = 0; number < 200_000; number++)
        {
            recent.Note(TestReplica.Id(number));
        }

        Assert.That((recent.Contains(TestReplica.Id(0)), recent.Contains(TestReplica.Id(199_999)), recent.Contains(TestReplica.Id(130_000))), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void Cleared_means_all_of_it_is_old()
    {
        var time = new FakeTimeProvider();
        var recent = new RecentWrites(time);
        recent.Note(TestReplica.Id(1));
        time.Advance(TimeSpan.FromSeconds(30));
        recent.Note(TestReplica.Id(2));

        recent.Clear();

        Assert.That((recent.Contains(TestReplica.Id(1)), recent.Contains(TestReplica.Id(2))), Is.EqualTo((false, false)));
    }
}
