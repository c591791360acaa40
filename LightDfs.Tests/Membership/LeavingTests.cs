using System.Collections.Concurrent;
using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>A machine that shuts down says so, and from then on others are chosen.</summary>
public sealed class LeavingTests
{
    [Test]
    public async Task Machine_that_leaves_gets_no_new_files_at_once_though_it_still_answers()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);

        await cluster[3].Running.StoppingAsync(CancellationToken.None);

        Assert.That(cluster[0].Running.Directory.Of(cluster[3].Id).IsUp, Is.True);
        for (var file = 0; file < 20; file++)
        {
            Assert.That((await cluster[file % 3].StoreAsync(ClusterSteps.Bytes(100, file))).Copies, Is.EqualTo(3));
        }
        Assert.That(cluster[3].Store.Usage.Replicas, Is.Zero);
    }

    [Test]
    public async Task Reads_ask_others_before_a_machine_that_leaves_and_it_still_answers_when_it_alone_holds_the_file()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var (file, reader, leaving) = await FileThatAnotherOwnerIsAskedForFirstAsync(cluster);
        var asked = new ConcurrentQueue<string>();
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            asked.Enqueue(exchange.To);
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        await reader.ReadAsync(file);
        Assert.That(asked, Has.Some.EqualTo(leaving.Address), "while it stays, it is asked");
        await leaving.Running.StoppingAsync(CancellationToken.None);
        asked.Clear();

        var read = await reader.ReadAsync(file);

        Assert.That(read, Has.Length.EqualTo(100));
        Assert.That(asked, Has.None.EqualTo(leaving.Address).And.Not.Empty);
        foreach (var other in cluster.Machines.Where(other => other != leaving && other != reader))
        {
            other.TakeDown();
        }
        Assert.That(await reader.ReadAsync(file), Has.Length.EqualTo(100));
    }

    [Test]
    public async Task That_it_is_gone_then_is_no_trouble_and_status_says_that_it_was_meant()
    {
        var logs = new RecordedLogs();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = logs);
        var id = cluster[2].Id;

        await cluster[2].StopAsync();
        await cluster.SettleAsync();

        foreach (var index in new[] { 0, 1 })
        {
            Assert.That(cluster[index].Cluster.Status.Machines.Single(machine => machine.Id == id).Why, Does.StartWith("it was shut down, as it had said"));
            Assert.That(cluster[index].Cluster.Status.Problems, Is.Empty);
        }
        Assert.That(logs.Of(LogEvents.PeerDown), Is.Empty);
        Assert.That(logs.Of(LogEvents.PeerLeft), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Machine_that_is_killed_says_nothing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);
        var id = cluster[2].Id;

        await cluster[2].KillAsync();
        await cluster.SettleAsync();

        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id).Why, Does.Not.Contain("shut down"));
    }

    [Test]
    public async Task Machine_that_is_started_again_is_chosen_again()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);
        await cluster[2].StopAsync();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).TakesFiles, Is.True);
        Assert.That((await cluster[0].StoreAsync(new byte[100])).Copies, Is.EqualTo(3));
    }

    [Test]
    public async Task Peer_that_does_not_answer_holds_a_stop_up_for_the_time_of_one_answer_only()
    {
        var time = new FakeTimeProvider();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = _ => time);
        var hangs = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.To == cluster[1].Address && exchange.Asks() == Operation.Heartbeat)
            {
                asked.TrySetResult();
                await hangs.Task.WaitAsync(cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var stopping = cluster[2].Running.StoppingAsync(CancellationToken.None);
        await asked.Task.WaitAsync(ClusterSteps.Guard);
        Assert.That(stopping.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(3));

        await stopping.WaitAsync(ClusterSteps.Guard);
        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).TakesFiles, Is.False, "the other one heard it");
    }

    /// <summary>A file whose owners do not hold the reader, and the owner that the reader asks for it first.</summary>
    private static async Task<(FileId File, TestMachine Reader, TestMachine First)> FileThatAnotherOwnerIsAskedForFirstAsync(LightDfsTestCluster cluster)
    {
        var file = (await cluster[0].StoreAsync(new byte[100])).Id;
        var preference = cluster.PreferenceOf(file);
        return (file, preference[3], preference[0]);
    }
}
