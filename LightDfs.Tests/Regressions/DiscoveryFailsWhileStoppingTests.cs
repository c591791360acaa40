using LightDfs.Chance;
using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Network;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.Regressions;

/// <summary>A round of asking the peers that failed just when the machine stopped (a disk whose flush fails, seen by the simulation) was told as background work that had ended by an error.</summary>
public sealed class DiscoveryFailsWhileStoppingTests
{
    [Test]
    public async Task Round_that_fails_while_the_machine_stops_is_no_end_by_an_error()
    {
        using var log = new LogRecorder();
        var (asked, stopped) = (0, new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously));
        LightDfsMachine? machine = null;
        var source = new Mock<IPeerSource>(MockBehavior.Strict);
        source.Setup(s => s.GetPeersAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            if (++asked == 1)
            {
                return new ValueTask<IReadOnlyList<string>>(["memory://b"]);
            }
            stopped.TrySetResult(machine!.DisposeAsync().AsTask());
            throw new IOException("broken by the test");
        });
        machine = new LightDfsMachine(new LightDfsMachineParts(
            new LightDfsOptions { StartTimeout = TimeSpan.Zero }, new InMemoryReplicaStore(), new InMemoryMachineIdentityStore(), new RendezvousHashRing(), new InMemoryNetwork().CreateTransport("memory://a"), source.Object,
            TimeProvider.System, RandomSource.Strong, log));

        await machine.StartAsync(CancellationToken.None);
        await machine.StartedAsync(CancellationToken.None);
        await (await stopped.Task.WaitAsync(ClusterSteps.Guard)).WaitAsync(ClusterSteps.Guard);

        Assert.Multiple(() =>
        {
            Assert.That(log.Of(LogEvents.LoopEnded), Is.Empty);
            Assert.That(log.Of(LogEvents.DiscoveryRoundFailed), Is.Not.Empty);
        });
    }
}
