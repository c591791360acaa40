using LightDfs.Diagnostics;
using LightDfs.Membership;
using LightDfs.Repair;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>No error ends background work for good, or unheard.</summary>
public sealed class BackgroundLoopTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Loop_that_breaks_off_is_told_in_log_and_health_and_begins_anew_after_a_pause()
    {
        using var log = new LogRecorder();
        using var stop = new CancellationTokenSource();
        var problems = new Problems(_time, NullLogger<Problems>.Instance);
        var (runs, goesOn) = (0, new TaskCompletionSource());
        var running = new BackgroundLoop(problems, _time, log.CreateLogger("test")).RunAsync("testing", Loop, stop.Token);
        var meanwhile = (runs, problems.All);

        await _time.PassUntilAsync(TimeSpan.FromSeconds(1), goesOn.Task);
        _time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(1));
        var late = problems.All;
        await stop.CancelAsync();
        await running.WaitAsync(ClusterSteps.Guard);

        Assert.That((meanwhile.runs, runs), Is.EqualTo((1, 2)));
        Assert.That(meanwhile.All.Single(), Does.Contain("testing").And.Contain("InvalidOperationException: broken"));
        Assert.That(late, Is.Empty, "it goes on");
        var line = log.Of(LogEvents.LoopEnded).Single();
        Assert.That((line.Level, line.Message), Is.EqualTo((LogLevel.Error, "Background work of this machine has ended by an error: testing. It begins anew after 00:00:10.")));

        Task Loop(CancellationToken cancellationToken)
        {
            if (++runs == 1)
            {
                throw new InvalidOperationException("broken");
            }
            goesOn.SetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Test]
    public async Task Loop_that_is_stopped_says_nothing_also_while_it_pauses([Values] bool isBroken)
    {
        using var log = new LogRecorder();
        using var stop = new CancellationTokenSource();
        var problems = new Problems(_time, NullLogger<Problems>.Instance);

        var running = new BackgroundLoop(problems, _time, log.CreateLogger("test")).RunAsync(
            "testing", token => isBroken ? throw new InvalidOperationException("broken") : Task.Delay(Timeout.Infinite, token), stop.Token);
        await stop.CancelAsync();
        await running.WaitAsync(ClusterSteps.Guard);

        Assert.That((log.Of(LogEvents.LoopEnded).Count, problems.All.Count), Is.EqualTo(isBroken ? (1, 1) : (0, 0)));
    }

    [Test]
    public async Task Reconciling_goes_on_after_an_error_that_nobody_thought_of()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => (options.Time, options.Loggers) = (_ => _time, log));
        var id = FileId.New();
        var broken = true;
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == LightDfs.Peers.Operation.Compare && broken
            ? throw new InvalidOperationException("nobody thought of this")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);
        await cluster[0].Running.StartedAsync(CancellationToken.None);

        await _time.PassUntilAsync(TimeSpan.FromSeconds(1), log.SawAsync(LogEvents.LoopEnded));
        Assert.That(cluster[0].Cluster.Status.Problems, Has.Some.Contains("reconciling").And.Some.Contains("nobody thought of this"));
        Assert.That(cluster[0].Cluster.Status.Repair.IsDone, Is.False);
        broken = false;
        await cluster[0].PlantAsync(id, LightDfs.Testing.Storage.TestReplica.Of(100));
        await _time.PassUntilAsync(TimeSpan.FromSeconds(1), log.SawAsync(LogEvents.ReconcilePassed));

        Assert.That(cluster.HoldersOf(id), Has.Count.EqualTo(2));
    }
}
