using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Who answers now, and what heartbeats tell of clocks and settings. None of it changes the ring.</summary>
public sealed class LivenessTests
{
    [Test]
    public async Task Heartbeat_that_fails_by_an_error_that_nobody_thought_of_is_told_in_health()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2);
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == LightDfs.Peers.Operation.Heartbeat
            ? throw new InvalidOperationException("nobody thought of this")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);

        await cluster[0].Running.Heartbeats.BeatAllAsync(CancellationToken.None);

        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Contains($"to machine '{cluster[1].Id}'").And.One.Contains("InvalidOperationException: nobody thought of this"));
    }

    [Test]
    public async Task Machine_that_stops_answering_is_down_and_stays_a_member()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var before = cluster[0].Cluster.Status;
        cluster.Network.TakeDown(cluster[2].Address);

        await cluster[0].MeetPeersAsync();

        var down = Seen(cluster, by: 0, of: 2);
        Assert.That(down.State, Is.EqualTo(MachineState.Down));
        Assert.That(down.Why, Does.Contain("the machine is down"));
        Assert.That((cluster[0].Cluster.Status.Members, cluster[0].Cluster.Status.RingFingerprint), Is.EqualTo((before.Members, before.RingFingerprint)));
    }

    [Test]
    public async Task Machine_that_answers_again_is_up_again()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster.Network.TakeDown(cluster[2].Address);
        await cluster.SettleAsync();
        cluster.Network.BringUp(cluster[2].Address);

        await cluster[0].MeetPeersAsync();

        Assert.That(Seen(cluster, by: 0, of: 2).State, Is.EqualTo(MachineState.Up));
    }

    [Test]
    public async Task Machine_that_is_restarted_is_noticed_by_its_own_heartbeat()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = cluster[2].Id;
        await cluster[2].StopAsync();
        await cluster.SettleAsync();
        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).State, Is.EqualTo(MachineState.Down));

        await cluster[2].StartAsync();
        await cluster[2].MeetPeersAsync();

        Assert.That(Seen(cluster, by: 0, of: 2).State, Is.EqualTo(MachineState.Up));
    }

    [Test]
    public async Task Machine_whose_clock_is_an_hour_off_works_and_is_reported_by_all()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = index => new ShiftedTime(index == 2 ? TimeSpan.FromHours(1) : TimeSpan.Zero));
        await cluster.SettleAsync();

        var stored = await cluster[2].Files.StoreAsync(new MemoryStream([1, 2, 3]));

        Assert.That(stored.Copies, Is.EqualTo(3));
        Assert.That(await cluster[0].Files.FindAsync(stored.Id), Is.Not.Null);
        Assert.That(Seen(cluster, by: 0, of: 2).ClockAhead!.Value.TotalMinutes, Is.EqualTo(60).Within(1));
        Assert.That(Seen(cluster, by: 2, of: 0).ClockAhead!.Value.TotalMinutes, Is.EqualTo(-60).Within(1));
        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Matches<string>(problem =>
            problem!.Contains(cluster[2].Id.ToString(), StringComparison.Ordinal) && problem.Contains("ahead of", StringComparison.Ordinal) && problem.Contains("time synchronisation", StringComparison.Ordinal)));
        Assert.That(cluster[2].Cluster.Status.Problems, Has.Exactly(2).Contains("behind"));
    }

    [Test]
    public async Task What_a_machine_holds_is_told_to_the_others()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].Files.StoreAsync(new MemoryStream(new byte[1000]));

        await cluster.SettleAsync();

        var machines = cluster[1].Cluster.Status.Machines;
        Assert.That(machines.Select(machine => (machine.Replicas, machine.Bytes)), Is.All.EqualTo(((long?)1, (long?)1000)));
    }

    private static MachineStatus Seen(LightDfsTestCluster cluster, int by, int of) => cluster[by].Cluster.Status.Machines.Single(machine => machine.Id == cluster[of].Id);

    private sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
