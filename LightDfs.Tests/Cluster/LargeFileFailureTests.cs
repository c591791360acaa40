using LightDfs.Cluster;
using LightDfs.Diagnostics;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Network;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Uploads that break off: by their client, by the machine that takes them, and by another upload.</summary>
public sealed class LargeFileFailureTests
{
    private const int Segment = LargeFiles.Segment;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Abandoned = new LightDfsOptions().AbandonedAfter;

    [Test]
    public async Task Upload_that_is_cancelled_in_the_middle_leaves_nothing()
    {
        await using var cluster = await LargeFiles.StartAsync();
        using var cancel = new CancellationTokenSource();
        AtSegment(cluster, 20, cancel.Cancel);

        await Assert.CatchAsync<OperationCanceledException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(30 * Segment)), null, cancel.Token));

        Assert.That(await cluster[1].Files.ListAsync().ToListAsync(), Is.Empty);
        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
        Assert.That(cluster[0].Running.Budget.Available, Is.EqualTo(4));
    }

    [Test]
    public async Task Segments_of_an_upload_whose_machine_died_are_seen_by_nobody_and_collected_by_the_others()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await LargeFiles.StartAsync(cluster: options => options.Time = _ => time);
        AtSegment(cluster, 20, () => cluster.Network.TakeDown(cluster[0].Address));

        await Assert.CatchAsync<LightDfsException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(30 * Segment))));
        Assert.That(await cluster[1].Files.ListAsync(new ListOptions { AllowPartial = true }).ToListAsync(), Is.Empty);
        Assert.That(cluster[1].Store.Usage.Replicas, Is.GreaterThan(0));
        cluster.Network.MendAll();
        time.Advance(Abandoned + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();
        foreach (var machine in cluster.Machines)
        {
            await machine.Running.Collector.CollectAsync(CancellationToken.None);
        }

        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    [Test]
    public async Task Upload_whose_machine_dies_while_it_writes_the_record_is_there_whole_or_not_at_all([Range(1, 4)] int sent)
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(2 * Segment);
        var id = FileId.New();
        var records = 0;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.From == cluster[0].Address && exchange.Request.Head.Span[1] == (byte)Operation.Store && exchange.Request.BodyLength < Segment
                && Interlocked.Increment(ref records) == (sent + 1) / 2)
            {
                // Odd: before it arrives. Even: after it was stored, before anybody hears of it.
                if (sent % 2 == 0)
                {
                    await (await exchange.DeliverAsync(exchange.Request, cancellationToken)).DisposeAsync();
                }
                cluster.Network.TakeDown(cluster[0].Address);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var end = await EndOfAsync(cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { Id = id }));
        cluster.Network.Interceptor = null;
        cluster.Network.MendAll();
        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines)
        {
            await using var opened = await machine.Files.OpenAsync(id);
            Assert.That(opened is not null || end is not null, "an acknowledged file is there");
            if (opened is not null)
            {
                var read = new byte[content.Length];
                await opened.Content.ReadExactlyAsync(read);
                Assert.That((opened.Info.Length, read.AsSpan().SequenceEqual(content)), Is.EqualTo((content.Length, true)));
            }
        }
    }

    [Test]
    public async Task Two_contents_stored_under_one_id_at_once_are_never_mixed([Values(100, 5 * Segment)] int length, [Range(1, 8)] int seed)
    {
        await using var cluster = await LargeFiles.StartAsync();
        cluster.Network.Interceptor = new SeededFaults((ulong)seed, TimeProvider.System) { MaxDelay = TimeSpan.FromMilliseconds(3) }.InterceptAsync;
        var contents = new[] { LargeFiles.Content(length, 1), LargeFiles.Content(length, 2) };
        var id = FileId.New();

        var ends = await Task.WhenAll(contents.Select((content, number) => EndOfAsync(cluster[number].Files.StoreAsync(new MemoryStream(content), new StoreOptions { Id = id }))));

        foreach (var machine in cluster.Machines.Where(machine => machine.Store.Find(id) is not null))
        {
            var read = await LargeFiles.ReadAsync(machine.Files, id);
            Assert.That(contents.Count(content => content.AsSpan().SequenceEqual(read)), Is.EqualTo(1), machine.Address);
        }
        Assert.That(ends.Count(end => end is null), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Upload_that_cannot_be_withdrawn_from_a_machine_that_is_down_says_so_once()
    {
        using var log = new LogRecorder();
        await using var cluster = await LargeFiles.StartAsync(cluster: options => options.Loggers = log);
        AtSegment(cluster, 20, cluster[2].TakeDown);

        await Assert.ThrowsAsync<IOException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(30 * Segment), new IOException("the client is gone"))));

        Assert.That(log.Of(LogEvents.NotWithdrawn).Select(line => line.Message), Has.Exactly(1).Items.And.All.Contains(cluster[2].Address));
        Assert.That(new[] { cluster[0], cluster[1] }.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    [Test]
    public async Task Failed_upload_is_withdrawn_file_first_and_a_machine_that_hangs_takes_no_time_from_the_others()
    {
        var time = new FakeTimeProvider(Begin);
        await using var cluster = await LargeFiles.StartAsync(cluster: options => options.Time = _ => time);
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (early, late, isOver) = (0, 0, false);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Store && exchange.Request.BodyLength < Segment)
            {
                throw exchange.Lost("the record");
            }
            if (exchange.Asks() != Operation.Delete)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            if (DeletedBy(exchange).Kind == FileKind.Segment)
            {
                Interlocked.Increment(ref Volatile.Read(ref isOver) ? ref late : ref early);
            }
            else if (exchange.To == cluster[1].Address)
            {
                hangs.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw exchange.Lost("the tombstone");
            }
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            return new PeerReply(new WhenDisposed(() => answered.TrySetResult())) { Status = reply.Status, Head = reply.Head, Proof = reply.Proof };
        };

        var store = cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(20 * Segment)));
        await hangs.Task.WaitAsync(ClusterSteps.Guard);
        // The other machine's answer was taken, so that the time-out cannot concern it.
        await answered.Task.WaitAsync(ClusterSteps.Guard);
        Volatile.Write(ref isOver, true);
        time.Advance(TransferTimeouts.Question + TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<InsufficientReplicasException>(() => store.WaitAsync(ClusterSteps.Guard));

        Assert.That((early, late), Is.EqualTo((0, 20)), "what went down is asked no more");
        Assert.That(new[] { cluster[0], cluster[2] }.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    private sealed class WhenDisposed(Action act) : IDisposable
    {
        public void Dispose() => act();
    }

    private static FileId DeletedBy(InMemoryExchange exchange) =>
        RequestHead.TryDecode(exchange.Request.Head.Span, out var head) && ReplicaWire.TryReadDelete(head.Payload.Span, out var id, out _)
            ? id
            : throw new InvalidDataException("That is no delete.");

    private static async Task<Exception?> EndOfAsync(Task<StoredFile> store)
    {
        try
        {
            await store;
            return null;
        }
        catch (LightDfsException end)
        {
            return end;
        }
    }

    private static void AtSegment(LightDfsTestCluster cluster, int number, Action act)
    {
        var segments = 0;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Request.BodyLength == Segment && Interlocked.Increment(ref segments) == number)
            {
                act();
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
    }
}
