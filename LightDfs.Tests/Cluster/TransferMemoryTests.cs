using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Uploads share one budget per machine; the first 64 KiB of each are free.</summary>
public sealed class TransferMemoryTests
{
    private const int Free = 64 * 1024;
    private const int Segment = 128 * 1024;

    [Test]
    public async Task Upload_waits_its_turn_while_others_hold_the_memory_and_small_ones_pass()
    {
        await using var cluster = await StartAsync();
        var (first, second, third) = (new HeldStream(100_000), new HeldStream(100_000), new HeldStream(100_000));
        var uploads = new[] { first, second }.Select(stream => cluster[0].Files.StoreAsync(stream)).ToList();
        await Task.WhenAll(first.Held, second.Held).WaitAsync(ClusterSteps.Guard);

        third.LetGo();
        var waiting = cluster[0].Files.StoreAsync(third);
        var small = await cluster[0].StoreAsync(ClusterSteps.Bytes(Free - 1));

        Assert.That(third.Position, Is.LessThanOrEqualTo(Free), "it is not read beyond what is free");
        Assert.That(waiting.IsCompleted, Is.False);
        first.LetGo();
        second.LetGo();
        var stored = await Task.WhenAll([.. uploads, waiting]).WaitAsync(ClusterSteps.Guard);
        Assert.That(stored.Select(file => file.Length), Is.All.EqualTo(100_000));
        Assert.That(small.Length, Is.EqualTo(Free - 1));
    }

    [Test]
    public async Task Memory_is_given_back_when_an_upload_is_cancelled_or_fails()
    {
        await using var cluster = await StartAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var stream = new HeldStream(100_000);
            var upload = cluster[0].Files.StoreAsync(stream, null, stop.Token);
            await stream.Held.WaitAsync(ClusterSteps.Guard);
            await stop.CancelAsync();
            await Assert.CatchAsync<OperationCanceledException>(() => upload.WaitAsync(ClusterSteps.Guard));
        }
        foreach (var machine in cluster.Machines)
        {
            machine.Store.IsFull = true;
        }
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(ClusterSteps.Bytes(100_000)));
            cluster[0].Store.IsFull = true;
        }
        foreach (var machine in cluster.Machines)
        {
            machine.Store.IsFull = false;
        }
        await cluster.SettleAsync();

        Assert.That((await cluster[0].StoreAsync(ClusterSteps.Bytes(100_000))).Length, Is.EqualTo(100_000));
    }

    [Test]
    public async Task Upload_that_waits_for_memory_can_be_cancelled()
    {
        await using var cluster = await StartAsync();
        var (first, second) = (new HeldStream(100_000), new HeldStream(100_000));
        var uploads = new[] { first, second }.Select(stream => cluster[0].Files.StoreAsync(stream)).ToList();
        await Task.WhenAll(first.Held, second.Held).WaitAsync(ClusterSteps.Guard);
        using var stop = new CancellationTokenSource();

        var waiting = cluster[0].Files.StoreAsync(new MemoryStream(ClusterSteps.Bytes(100_000)), null, stop.Token);
        await stop.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => waiting.WaitAsync(ClusterSteps.Guard));
        first.LetGo();
        second.LetGo();
        await Task.WhenAll(uploads).WaitAsync(ClusterSteps.Guard);
    }

    private static Task<LightDfsTestCluster> StartAsync() => LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) =>
    {
        machine.SegmentSize = Segment;
        machine.TransferMemory = 2 * Segment;
    });

    /// <summary>An upload of unknown length that stops short of its end until it is let go.</summary>
    private sealed class HeldStream(int length) : MemoryStream(ClusterSteps.Bytes(length))
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Held => _held.Task;

        public override bool CanSeek => false;

        public void LetGo() => _letGo.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > Free)
            {
                _held.TrySetResult();
                await _letGo.Task.WaitAsync(cancellationToken);
            }
            // A little at a time, so that it stops between what is free and its end.
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 10_000)], cancellationToken);
        }
    }
}
