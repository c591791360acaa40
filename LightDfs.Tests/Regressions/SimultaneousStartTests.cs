using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Regressions;

/// <summary>
/// Machines that asked each other at the same moment, each before the other had joined, knew each other as up but not as members. Then neither asked again nor sent heartbeats.
/// </summary>
public sealed class SimultaneousStartTests
{
    [Test]
    public async Task Machines_that_ask_each_other_before_either_joined_become_one_cluster()
    {
        await using var cluster = LightDfsTestCluster.Create(2);
        var asked = 0;
        var bothAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.From != exchange.To && !bothAsked.Task.IsCompleted)
            {
                // Both replies were made, so neither can hold the other's joining.
                if (Interlocked.Increment(ref asked) == 2)
                {
                    bothAsked.SetResult();
                }
                await bothAsked.Task.WaitAsync(cancellationToken);
            }
            return reply;
        };
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }

        await Task.WhenAll(cluster.Machines.Select(machine => machine.MeetPeersAsync()));
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => (machine.Cluster.Status.IsReady, machine.Cluster.Status.Machines.Count)), Is.All.EqualTo((true, 2)));
    }
}
