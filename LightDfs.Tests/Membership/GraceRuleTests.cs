using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Who is set out of the ring, when, by whom; and who is not.</summary>
public sealed class GraceRuleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Lost_machine_is_out_after_the_grace_time_and_not_before()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var lost = cluster[3].Id;
        await cluster[3].KillAsync();

        await cluster.PassAsync(_time, LostMachines.Grace - (10 * Second));
        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
        await cluster.PassAsync(_time, 20 * Second);

        for (var index = 0; index < 3; index++)
        {
            Assert.That(cluster.OutAsSeenBy(index), Is.EqualTo(new[] { lost }));
            Assert.That(cluster.IsInRing(index, lost), Is.False);
            Assert.That(cluster[index].Cluster.Status.Members, Is.EqualTo(4), "it still counts: liveness never changes N");
        }
    }

    [Test]
    public async Task Machine_that_comes_back_takes_itself_in_again_and_has_the_whole_grace_time_anew()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var lost = cluster[3].Id;
        await cluster[3].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace + (20 * Second));
        var before = cluster[0].Running.Membership.View.Map.Entries[lost].Out;

        await cluster[3].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
        Assert.That(cluster[0].Running.Membership.View.Map.Entries[lost].Out.Version, Is.EqualTo(before.Version + 1), "said once, by itself");
        await cluster[3].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace - (10 * Second));
        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Time_down_is_counted_anew_when_it_answers_in_between()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        for (var again = 0; again < 3; again++)
        {
            cluster[3].TakeDown();
            await cluster.PassAsync(_time, LostMachines.Grace - (10 * Second));
            cluster[3].BringUp();
            await cluster.PassAsync(_time, 5 * Second);
        }

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Nobody_is_out_where_fewer_machines_than_copies_would_stay()
    {
        await using var cluster = await LostMachines.StartAsync(3, _time);
        await cluster[2].KillAsync();

        await cluster.PassAsync(_time, 3 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Of_two_lost_machines_one_stays_when_only_the_other_can_be_spared()
    {
        await using var cluster = await LostMachines.StartAsync(5, _time, (_, machine) => machine.Replicas = 4);
        var lost = new[] { cluster[3].Id, cluster[4].Id };
        await cluster[3].KillAsync();
        await cluster[4].KillAsync();

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.EqualTo(new[] { lost.Min() }));
    }

    [Test]
    public async Task Minority_side_of_a_partition_makes_nobody_out_and_the_majority_side_does()
    {
        await using var cluster = await LostMachines.StartAsync(5, _time);
        var minority = new[] { cluster[0].Id, cluster[1].Id }.Order().ToArray();
        cluster.Split([0, 1], [2, 3, 4]);

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
        Assert.That(cluster.OutAsSeenBy(1), Is.Empty);
        Assert.That(cluster.OutAsSeenBy(2), Is.EqualTo(minority));
        cluster.Heal([0, 1], [2, 3, 4]);
        await cluster.SettleAsync();
        Assert.That(Enumerable.Range(0, 5).Select(cluster.OutAsSeenBy), Is.All.Empty);
    }

    [Test]
    public async Task Two_halves_make_nobody_out()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time, (_, machine) => machine.Replicas = 2);
        cluster.Split([0, 1], [2, 3]);

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(Enumerable.Range(0, 4).Select(cluster.OutAsSeenBy), Is.All.Empty);
    }

    /// <summary>The simulator plants the opposite as a bug: out by one machine's own view.</summary>
    [Test]
    public async Task Machine_that_only_one_other_does_not_reach_stays()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        cluster.Cut(0, 3);

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(Enumerable.Range(0, 4).Select(cluster.OutAsSeenBy), Is.All.Empty);
        Assert.That(cluster[1].Running.Membership.View.Map.Entries.Values.Select(entry => entry.Out.Version), Is.All.Zero, "nor was it out for a moment");
    }

    [Test]
    public async Task Report_of_a_machine_that_does_not_answer_any_more_does_not_count()
    {
        await using var cluster = await LostMachines.StartAsync(5, _time, (_, machine) => machine.Replicas = 2);
        await cluster[4].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace - (15 * Second));
        // Two of five are left that could say so.
        await cluster[3].KillAsync();
        await cluster[2].KillAsync();

        await cluster.PassAsync(_time, 3 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Machine_whose_settings_differ_has_no_say()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time, (index, machine) => (machine.Replicas, machine.SegmentSize) = (2, index == 2 ? 1 << 20 : 2 << 20));
        await cluster[3].KillAsync();

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty, "three of four do not reach it, but only two of them agree in their settings");
    }

    [TestCase(2 << 20, false)]
    [TestCase(1 << 20, true)]
    public async Task Lost_machine_that_last_ran_with_other_settings_is_not_replaced(int segmentSize, bool isOut)
    {
        await using var cluster = await LostMachines.StartAsync(4, _time, (index, machine) => machine.SegmentSize = index == 3 ? segmentSize : 1 << 20);
        var lost = cluster[3].Id;
        await cluster[3].KillAsync();

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.EqualTo(isOut ? new[] { lost } : []));
    }

    [Test]
    public async Task Without_a_grace_time_nobody_is_out()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time, (_, machine) => machine.ReplaceAfter = null);
        await cluster[3].KillAsync();

        await cluster.PassAsync(_time, 2 * LostMachines.Grace);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Machines_that_slept_all_at_once_do_not_count_the_time_in_which_they_asked_nobody()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        await cluster[3].KillAsync();
        await cluster.PassAsync(_time, 10 * Second);

        _time.Advance(TimeSpan.FromHours(1));
        await cluster.PassAsync(_time, 10 * Second);

        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
    }

    [Test]
    public async Task Machine_out_that_fewer_than_half_reach_stays_out()
    {
        await using var cluster = await LostMachines.StartAsync(5, _time);
        var lost = cluster[4].Id;
        await cluster[4].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace + (20 * Second));
        cluster.Split([4], [1, 2, 3]);

        await cluster[4].StartAsync();
        await cluster.PassAsync(_time, 30 * Second);

        Assert.That(cluster.OutAsSeenBy(0), Is.EqualTo(new[] { lost }));
        Assert.That(cluster.OutAsSeenBy(4), Is.EqualTo(new[] { lost }));
    }

    [Test]
    public async Task Who_is_out_is_kept_across_restarts_of_the_others()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var lost = cluster[3].Id;
        await cluster[3].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace + (20 * Second));

        for (var index = 0; index < 3; index++)
        {
            await cluster[index].KillAsync();
        }
        await cluster[0].StartAsync();

        Assert.That(cluster.OutAsSeenBy(0), Is.EqualTo(new[] { lost }));
    }

    [Test]
    public async Task Lost_machine_that_is_out_returns_to_the_ring_when_another_one_leaves_it_and_too_few_would_stay()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var lost = cluster[3].Id;
        await cluster[3].KillAsync();
        await cluster.PassAsync(_time, LostMachines.Grace + (20 * Second));

        await cluster[0].Running.Membership.ChangeAsync(map => map.WithWanted(cluster[2].Id, LightDfs.Membership.WantedState.Draining), CancellationToken.None);
        await cluster.SettleAsync();

        Assert.That(cluster.IsInRing(1, lost), Is.True);
        Assert.That(cluster[1].Running.Membership.View.Ring.Members.Length, Is.EqualTo(3));
    }
}
