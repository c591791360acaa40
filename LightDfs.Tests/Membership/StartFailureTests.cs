using LightDfs.DependencyInjection;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class StartFailureTests
{
    [Test]
    public async Task Everything_wrong_with_the_disk_is_told_at_once()
    {
        await using var cluster = LightDfsTestCluster.Create(1);
        await cluster[0].Store.OpenAsync();
        await cluster[0].Store.SaveDocumentAsync("membership", new byte[] { 9 });
        await cluster[0].Store.SaveDocumentAsync("marker", new byte[] { 9 });
        await cluster[0].Store.DisposeAsync();
        cluster[0].Identity.Failure = "The machine id is damaged by the test.";

        var thrown = await Assert.ThrowsAsync<LightDfsStartException>(() => cluster[0].StartAsync());

        Assert.That(thrown!.Problems, Has.Some.Contains("'membership'").And.Some.Contains("'marker'").And.Some.Contains("damaged by the test"));
        Assert.That(cluster[0].IsRunning, Is.False);
    }

    [Test]
    public async Task Data_directory_that_cannot_be_used_is_named_with_every_problem()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.Path);
        var path = Path.Combine(directory.Path, "a-file");
        await File.WriteAllTextAsync(path, "no directory");
        var options = new LightDfsOptions { DataDirectory = path };
        await using var machine = new LightDfsMachine(new LightDfsMachineParts(
            options, Defaults.CreateStore(options, TimeProvider.System, NullLoggerFactory.Instance), Defaults.CreateIdentityStore(options), Defaults.CreateRing(),
            DependencyInjection.TestParts.Transport, new ListedPeerSource(options), TimeProvider.System, LightDfs.Chance.RandomSource.Strong, NullLoggerFactory.Instance));

        var thrown = await Assert.ThrowsAsync<LightDfsStartException>(() => machine.StartAsync(CancellationToken.None));

        Assert.That(thrown!.Problems, Is.Not.Empty.And.All.Contains(path).And.All.Contains("A file is where a directory belongs").And.All.Contains("LightDfs:DataDirectory").And.None.Contains("SMART"));
    }

    [Test]
    public async Task Peers_that_hang_delay_no_start_and_the_first_call_at_most_for_the_start_time_out()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = LightDfsTestCluster.Create(3, options => options.Time = _ => time);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.To != cluster[0].Address)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        foreach (var peer in cluster.Machines)
        {
            await peer.StartAsync();
        }
        await cluster[0].Running.StartedAsync(CancellationToken.None);

        var call = cluster[0].Files.FindAsync(FileId.New(), cancellationToken: CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(call.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(0.1));

        var thrown = await Assert.ThrowsAsync<FileUnavailableException>(() => call.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.That(thrown!.Unanswered.Select(failure => failure.Reason), Has.Some.Contains("it has no id yet").Or.Some.Contains("not every peer was asked yet").Or.Some.Contains("belongs to no cluster yet"));
    }

    [Test]
    public async Task Peer_that_hangs_is_given_up_after_the_answer_time_out()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = LightDfsTestCluster.Create(3, options => options.Time = _ => time);
        await cluster[0].StartAsync();
        await cluster[1].StartAsync();
        await cluster.SettleAsync();
        cluster.Network.Attach(cluster[2].Address, cluster[1].Running.PeerHandler);
        var hung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.To == cluster[2].Address)
            {
                hung.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var meeting = cluster[0].MeetPeersAsync();
        await hung.Task.WaitAsync(TimeSpan.FromSeconds(60));
        time.Advance(LightDfs.Membership.ControlTimeouts.Answer);
        await meeting.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(cluster.Machines.Take(2).Select(machine => machine.Cluster.Status.IsReady), Is.All.True);
        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id is null).Why, Does.Contain("no answer within 3 s"));
    }
}
