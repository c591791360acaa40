using LightDfs.Diagnostics;
using LightDfs.Repair;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

public sealed class BackgroundLoopTests
{
    [Test]
    public async Task Loop_that_ends_by_an_error_is_logged()
    {
        using var log = new LogRecorder();

        await BackgroundLoop.RunAsync("testing", _ => throw new InvalidOperationException("broken"), log.CreateLogger("test"), CancellationToken.None);

        var line = log.Of(LogEvents.LoopEnded).Single();
        Assert.That((line.Level, line.Message), Is.EqualTo((LogLevel.Error, "Background work of this machine has ended by an error: testing. It does not go on before a restart.")));
    }

    [Test]
    public async Task Loop_that_is_stopped_says_nothing()
    {
        using var log = new LogRecorder();
        using var stop = new CancellationTokenSource();

        var running = BackgroundLoop.RunAsync("testing", token => Task.Delay(Timeout.Infinite, token), log.CreateLogger("test"), stop.Token);
        await stop.CancelAsync();
        await running.WaitAsync(ClusterSteps.Guard);

        Assert.That(log.Of(LogEvents.LoopEnded), Is.Empty);
    }
}
