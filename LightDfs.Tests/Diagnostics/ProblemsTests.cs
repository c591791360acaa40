using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Diagnostics;

/// <summary>What someone should look at is told where they look: who is silent, who refuses this machine, and what to do.</summary>
public sealed class ProblemsTests
{
    private const string Refused = "it refused this machine's proof. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both";

    [Test]
    public async Task Machine_that_is_down_is_a_problem_until_it_is_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);
        var (id, address) = (cluster[2].Id, cluster[2].Address);

        await cluster[2].KillAsync();
        await cluster.SettleAsync();
        var problems = ProblemsOf(cluster[0]);
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(problems, Has.Count.EqualTo(1).And.One.Contains($"Machine '{id}' at '{address}' is down: nobody listens there").And.One.Contains("Start it").And.One.Contains("replace or remove it"));
        Assert.That(cluster.Machines.SelectMany(ProblemsOf), Is.Empty);
    }

    [Test]
    public async Task Machine_that_was_shut_down_is_none_until_it_should_be_back()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = _ => time);
        var id = cluster[2].Id;

        await cluster[2].StopAsync();
        await cluster.SettleAsync();
        var first = ProblemsOf(cluster[0]);
        for (var passed = TimeSpan.Zero; passed < cluster[0].Options.ReplaceAfter; passed += TimeSpan.FromSeconds(5))
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await cluster[0].MeetPeersAsync();
        }

        Assert.That(first, Is.Empty);
        Assert.That(ProblemsOf(cluster[0]), Has.One.Contains($"'{id}'").And.One.Contains("it was shut down, as it had said"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Machine_that_is_away_on_purpose_or_was_removed_is_none(bool isAway)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = cluster[3].Id;
        if (isAway)
        {
            await cluster[0].Cluster.ApplyAsync(MembershipChange.Away(id, TimeSpan.FromHours(1)));
        }
        await cluster.SettleAsync();
        await cluster[3].KillAsync();
        await cluster.SettleAsync();
        if (!isAway)
        {
            await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(id));
        }
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Take(3).SelectMany(ProblemsOf), Is.Empty);
    }

    [Test]
    public async Task Listed_address_that_never_answered_is_a_problem_with_its_reason()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));

        Assert.That(ProblemsOf(cluster[0]), Has.Count.EqualTo(1).And.One.Contains("No machine of this cluster has answered at 'memory://nobody'").And.One.Contains("nobody listens there").And.One.Contains("LightDfs:Peers"));
    }

    /// <summary>What a reply without a proof says is good for a sentence only, so it does not make a machine unready: whoever answers at a peer's address could.</summary>
    [Test]
    public async Task Machine_with_another_key_tells_on_both_sides_and_logs_once_who_refuses_it()
    {
        var logs = new RecordedLogs();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.IsLoopback = false;
            options.Loggers = logs;
            options.ConfigureMachine = (_, machine) => machine.ClusterKey = "the right key, long enough";
        });
        var id = cluster[2].Id;
        await cluster[2].StopAsync();
        cluster[2].Options.ClusterKey = "some other key, long enough";
        await cluster[2].StartAsync();

        await cluster.SettleAsync();
        await cluster.SettleAsync();

        Assert.That(ProblemsOf(cluster[2]), Has.Count.EqualTo(2).And.All.Contains(Refused));
        Assert.That(ProblemsOf(cluster[2]), Has.One.Contains($"'{cluster[0].Id}'").And.One.Contains($"'{cluster[1].Address}'"));
        Assert.That(ProblemsOf(cluster[0]), Has.Count.EqualTo(1).And.One.Contains($"'{id}'").And.All.Contains(Refused));
        foreach (var address in cluster.Machines.Take(2).Select(machine => machine.Address))
        {
            Assert.That(Warnings(logs).Where(line => line.Contains($"'{address}'", StringComparison.Ordinal) && line.Contains(Refused, StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1));
        }
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
    }

    [Test]
    public async Task Machine_of_which_no_listed_peer_answers_names_them_and_warns_once_after_the_start_time_out()
    {
        var (logs, time) = (new RecordedLogs(), new FakeTimeProvider(DateTimeOffset.UtcNow));
        await using var cluster = LightDfsTestCluster.Create(1, options => (options.Loggers, options.Time) = (logs, _ => time));
        cluster[0].Peers = ["memory://one", "memory://two"];
        await cluster[0].StartAsync();

        await cluster[0].MeetPeersAsync();
        var early = Warnings(logs);
        time.Advance(cluster[0].Options.StartTimeout);
        await cluster[0].MeetPeersAsync();
        await cluster[0].MeetPeersAsync();

        var status = cluster[0].Cluster.Status;
        Assert.That(status.NotReadyBecause, Does.Contain("fewer than half of the listed machines answer").And.Contain("'memory://one': nobody listens there").And.Contain("'memory://two': nobody listens there"));
        Assert.That(status.Problems, Has.Count.EqualTo(2).And.One.Contains("'memory://one'").And.One.Contains("'memory://two'"));
        Assert.That(early, Is.Empty);
        Assert.That(Warnings(logs), Has.Count.EqualTo(1).And.One.Contains("'memory://one': nobody listens there").And.One.Contains("'memory://two': nobody listens there"));
    }

    [Test]
    public async Task Machine_that_meets_none_of_those_it_knows_warns_once_after_the_start_time_out()
    {
        var (logs, time) = (new RecordedLogs(), new FakeTimeProvider(DateTimeOffset.UtcNow));
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => (options.Loggers, options.Time) = (logs, _ => time));
        var (first, second) = (cluster[1].Id, cluster[2].Id);
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        await cluster[0].StartAsync();
        await cluster[0].MeetPeersAsync();
        var before = Warnings(logs).Count;

        time.Advance(cluster[0].Options.StartTimeout);
        await cluster[0].MeetPeersAsync();
        await cluster[0].MeetPeersAsync();

        Assert.That(Warnings(logs).Skip(before).ToList(), Has.Count.EqualTo(1).And.One.Contains($"'{first}'").And.One.Contains($"'{second}'").And.One.Contains("nobody listens there"));
    }

    private static IReadOnlyList<string> ProblemsOf(TestMachine machine) => machine.Cluster.Status.Problems;

    private static List<string> Warnings(RecordedLogs logs) => [.. logs.All.Where(line => line.Level == LogLevel.Warning && !line.Message.StartsWith("A request from", StringComparison.Ordinal)).Select(line => line.Message)];
}
