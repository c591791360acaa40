using System.Collections.Concurrent;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>The machines are restarted one after the other, while clients of the others go on.</summary>
public sealed class RollingRestartTests
{
    [Test]
    public async Task No_request_is_lost_that_reached_another_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = new ConcurrentDictionary<FileId, byte[]>();
        using var done = new SemaphoreSlim(0);
        for (var restarted = 0; restarted < 4; restarted++)
        {
            using var ended = new CancellationTokenSource();
            var clients = cluster.Machines.Where(machine => machine.Index != restarted).Select(machine => Task.Run(() => UseAsync(machine, ended.Token))).ToArray();

            try
            {
                await SomeAsync(clients);
                await cluster[restarted].StopAsync();
                await SomeAsync(clients);
                await cluster[restarted].StartAsync();
                foreach (var machine in cluster.Machines.Concat(cluster.Machines))
                {
                    await machine.MeetPeersAsync();
                }
                await SomeAsync(clients);
            }
            finally
            {
                await ended.CancelAsync();
            }
            await Task.WhenAll(clients).WaitAsync(ClusterSteps.Guard);
        }

        foreach (var (id, content) in stored)
        {
            Assert.That(await cluster[0].ReadAsync(id), Is.EqualTo(content));
        }

        // Stores, reads and deletes; whatever fails here fails the test.
        async Task UseAsync(TestMachine machine, CancellationToken ended)
        {
            for (var round = 0; !ended.IsCancellationRequested; round++)
            {
                var content = ClusterSteps.Bytes(500 + round, (machine.Index * 1000) + round);
                var id = (await machine.StoreAsync(content)).Id;
                Assert.That(await machine.ReadAsync(id), Is.EqualTo(content));
                if (round % 3 == 0)
                {
                    Assert.That(await machine.Files.DeleteAsync(id, null, CancellationToken.None), Is.True);
                }
                else
                {
                    stored[id] = content;
                }
                done.Release();
            }
        }

        // Lets the clients do some of their work. One that failed ends the test.
        async Task SomeAsync(Task[] clients)
        {
            for (var step = 0; step < 30; step++)
            {
                await await Task.WhenAny([done.WaitAsync(ClusterSteps.Guard), .. clients]);
            }
        }
    }
}
