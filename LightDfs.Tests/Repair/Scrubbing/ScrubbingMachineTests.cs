using LightDfs.Diagnostics;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair.Scrubbing;

/// <summary>A machine scrubs what it holds, and the others hear how old its oldest unverified replica may be.</summary>
public sealed class ScrubbingMachineTests
{
    [Test]
    public async Task Status_of_every_machine_says_since_when_all_is_verified_and_what_is_damaged()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.Time = _ => time;
            options.ConfigureMachine = (_, machine) => machine.ScrubPeriod = TimeSpan.FromDays(2);
        });
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        cluster[1].Store.FlipByte(stored.Id, 7);
        var begun = time.GetUtcNow();
        await cluster[1].Running.Scrubber.StepAsync(CancellationToken.None);
        await cluster.SettleAsync();
        var before = Seen(cluster[0], cluster[1]).VerifiedSince;

        time.Advance(TimeSpan.FromDays(2));
        await cluster[1].Running.Scrubber.StepAsync(CancellationToken.None);
        await cluster.SettleAsync();

        Assert.That(before, Is.Null);
        Assert.That(cluster[1].StateOf(stored.Id), Is.EqualTo(ReplicaState.Damaged));
        foreach (var machine in cluster.Machines)
        {
            var seen = Seen(machine, cluster[1]);
            Assert.That((seen.VerifiedSince, seen.Damaged), Is.EqualTo(((DateTimeOffset?)begun, (long?)1L)));
        }
        Assert.That(Seen(cluster[1], cluster[2]).VerifiedSince, Is.Null, "that one has not begun");
    }

    [Test]
    public async Task Machine_that_runs_scrubs_by_itself()
    {
        var time = new FakeTimeProvider();
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(1, options =>
        {
            (options.Time, options.Loggers) = (_ => time, log);
            options.ConfigureMachine = (_, machine) => machine.ScrubPeriod = TimeSpan.FromSeconds(3);
        });
        await cluster[0].Running.StartedAsync(CancellationToken.None);
        var ended = log.SawAsync(LogEvents.ScrubCycleEnded);

        await time.PassUntilAsync(TimeSpan.FromSeconds(1), ended);
    }

    private static MachineStatus Seen(TestMachine by, TestMachine of) => by.Cluster.Status.Machines.Single(machine => machine.Id == of.Id);
}
