using LightDfs.Cluster;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class LookupTests
{
    [Test]
    public async Task What_one_machine_gave_is_disposed_when_the_caller_cancels_the_asking_of_another()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var digest = cluster[0].Running.Membership.View.Map.Digest;
        using var stop = new CancellationTokenSource();
        var late = new TaskCompletionSource();
        var found = new Found();
        Task<Probe<Found>>? hanging = null;
        var asked = 0;
        Task<Probe<Found>> AskAsync(IReplicaHolder holder, FileId placed, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref asked) <= 2 ? Task.FromResult(new Probe<Found>(ProbeResult.No, null, digest))
            : asked == 3 ? hanging = HangAsync(cancellationToken)
            : FindAsync();
        async Task<Probe<Found>> HangAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("nobody cancelled.");
        }
        async Task<Probe<Found>> FindAsync()
        {
            await late.Task;
            return new(ProbeResult.Yes, found, digest);
        }

        var id = FileId.New();
        var looking = cluster[0].Running.Lookup.AskAsync<Found>(id, id, AskAsync, stop.Token).AsTask();
        await stop.CancelAsync();
        await Task.WhenAny(hanging!).WaitAsync(ClusterSteps.Guard);
        late.SetResult();

        await Assert.CatchAsync<OperationCanceledException>(() => looking.WaitAsync(ClusterSteps.Guard));
        Assert.That((asked, found.IsDisposed), Is.EqualTo((4, true)));
    }

    [Test]
    public async Task Membership_that_cannot_be_saved_makes_a_lookup_unavailable_and_not_a_failure_of_the_disk()
    {
        var disk = new SimulatedDisk();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.MakeStore = index => new FileReplicaStore(index == 0 ? disk : new SimulatedDisk(), "/data", 0, null, NullLogger.Instance));
        var newcomer = cluster.AddMachine("memory://newcomer");
        await newcomer.StartAsync();
        cluster.Cut(0, 3);
        await newcomer.MeetPeersAsync();
        Assert.That(cluster[1].Running.Membership.View.Map.Digest, Is.Not.EqualTo(cluster[0].Running.Membership.View.Map.Digest));

        for (var attempt = 0; attempt < 10; attempt++)
        {
            disk.Fail(DiskCall.CreateNew, StorageFailure.Full);
        }

        await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.FindAsync(FileId.New()));
    }

    private sealed class Found : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
