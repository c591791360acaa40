using LightDfs.Cluster;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>A source that is lost or bad is replaced in the middle of a read: same offset, same version, exact bytes.</summary>
public sealed class ReadFailoverTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes((3 * 1024 * 1024) + 77);

    [Test]
    public async Task Source_that_goes_down_is_replaced_at_the_same_offset()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var (reader, stored) = await StoreAwayAsync(cluster);
        var source = SourceOf(cluster);
        await using var opened = await reader.Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 1_000_000));

        cluster.Network.TakeDown(source());
        await opened.Content.ReadExactlyAsync(read.AsMemory(1_000_000));

        Assert.That(read.AsSpan().SequenceEqual(Content));
        Assert.That(await opened.Content.ReadAsync(new byte[1]), Is.Zero);
    }

    [Test]
    public async Task Source_that_stays_up_but_sends_no_more_is_replaced_in_time()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await LightDfsTestCluster.StartAsync(5, options => options.Time = _ => time);
        var (reader, stored) = await StoreAwayAsync(cluster);
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string? stalling = null;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            return exchange.Asks() == Operation.Read && (stalling ??= exchange.To) == exchange.To && reply.Body is { } body
                ? new PeerReply(reply) { Status = reply.Status, Head = reply.Head, Proof = reply.Proof, BodyLength = reply.BodyLength, Body = new StallingStream(body, 100_000, stalled) }
                : reply;
        };
        await using var opened = await reader.Files.OpenAsync(stored.Id);

        var reading = opened!.Content.ToEndAsync();
        await stalled.Task.WaitAsync(ClusterSteps.Guard);
        time.Advance(TransferTimeouts.Question);

        Assert.That((await reading).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Connection_that_breaks_costs_the_only_holder_nothing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order[0].PlantAsync(id, TestReplica.Of(Content));
        var hasBroken = false;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Read && exchange.To == order[0].Address && !hasBroken)
            {
                hasBroken = true;
                exchange.BreakReplyAfter(100_000);
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var read = await order[4].ReadAsync(id);

        Assert.That(hasBroken);
        Assert.That(read.AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Connection_that_breaks_again_and_again_ends_the_read()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order[0].PlantAsync(id, TestReplica.Of(Content));
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            exchange.BreakReplyAfter(exchange.Asks() == Operation.Read ? 100 : long.MaxValue);
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await Assert.ThrowsAsync<FileUnavailableException>(() => order[4].ReadAsync(id));
    }

    [Test]
    public async Task Page_that_rots_while_it_is_read_comes_from_another_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var (reader, stored) = await StoreAwayAsync(cluster);
        var source = SourceOf(cluster);
        await using var opened = await reader.Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 100));

        cluster.Machines.Single(machine => machine.Address == source()).Store.FlipByte(stored.Id, 2_500_000);
        await opened.Content.ReadExactlyAsync(read.AsMemory(100));

        Assert.That(read.AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Range_is_read_exactly_after_any_seek()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var (reader, stored) = await StoreAwayAsync(cluster);
        await using var opened = await reader.Files.OpenAsync(stored.Id);

        foreach (var (offset, length) in new[] { (2_000_000, 70_000), (0, 1), (65_535, 2), (Content.Length - 1, 1), (1, 300_000) })
        {
            var range = new byte[length];
            opened!.Content.Seek(offset, SeekOrigin.Begin);
            await opened.Content.ReadExactlyAsync(range);
            Assert.That(range.AsSpan().SequenceEqual(Content.AsSpan(offset, length)), $"{length} bytes at {offset}");
        }
    }

    [Test]
    public async Task Read_that_was_begun_never_goes_on_in_another_version()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        var one = TestReplica.Of(1_000_000, 1);
        await order[0].PlantAsync(id, one);
        await order[1].PlantAsync(id, TestReplica.Of(1_000_000, 2));
        await using var opened = await order[0].Files.OpenAsync(id);
        var read = new byte[1_000_000];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 10));

        order[0].Store.FlipByte(id, 500_000);
        await Assert.ThrowsAsync<FileUnavailableException>(async () => await opened.Content.ReadExactlyAsync(read.AsMemory(10)));
        var at = (int)opened.Content.Position;
        await order[2].PlantAsync(id, one);
        await opened.Content.ReadExactlyAsync(read.AsMemory(at));

        Assert.That(at, Is.EqualTo(500_000 / Pages.Size * Pages.Size), "it ends where the good bytes end");
        Assert.That(read.AsSpan().SequenceEqual(one.Content));
    }

    [Test]
    public async Task Pages_that_the_buffer_takes_whole_are_read_by_one_call()
    {
        var disk = new SimulatedDisk();
        await using var cluster = await LightDfsTestCluster.StartAsync(1, options => options.MakeStore = _ => new FileReplicaStore(disk, "/data", 0, null, NullLogger.Instance));
        var stored = await cluster[0].StoreAsync(Content);
        await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];
        var before = disk.ReadCalls;

        var first = await opened!.Content.ReadAsync(read);
        var second = await opened.Content.ReadAsync(read.AsMemory(first, (4 * Pages.Size) + 1));

        Assert.That((first, second), Is.EqualTo((Pages.Size, 4 * Pages.Size)));
        Assert.That(disk.ReadCalls - before, Is.EqualTo(1), "the first page was read when the file was opened");
        await opened.Content.ReadExactlyAsync(read.AsMemory(first + second));
        Assert.That(read.AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Read_ends_with_an_error_when_the_last_source_is_lost()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var (reader, stored) = await StoreAwayAsync(cluster);
        await using var opened = await reader.Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 100_000));

        var holders = cluster.HoldersOf(stored.Id);
        holders.ForEach(holder => holder.TakeDown(cluster));
        var failure = await Assert.ThrowsAsync<FileUnavailableException>(() => opened.Content.CopyToAsync(Stream.Null));

        Assert.That(failure.Unanswered.Select(one => one.Address), Is.SupersetOf(holders.Select(holder => holder.Address)));
    }

    [Test]
    public async Task Synchronous_reads_and_two_disposes_work()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var content = ClusterSteps.Bytes(100_000);
        var stored = await cluster[0].StoreAsync(content);
        var opened = await cluster[1].Files.OpenAsync(stored.Id);
        var read = new byte[content.Length];

        opened!.Content.ReadExactly(read);
        opened.Dispose();
        await opened.DisposeAsync();

        Assert.That(read, Is.EqualTo(content));
        Assert.That(() => opened.Content.Read(read, 0, 1), Throws.InstanceOf<ObjectDisposedException>());
    }

    /// <summary>A file, and a machine that holds nothing of it.</summary>
    private static async Task<(TestMachine Reader, StoredFile Stored)> StoreAwayAsync(LightDfsTestCluster cluster)
    {
        var stored = await cluster[0].StoreAsync(Content);
        return (cluster.PreferenceOf(stored.Id)[4], stored);
    }

    /// <summary>The machine that was last asked for pages.</summary>
    private static Func<string> SourceOf(LightDfsTestCluster cluster)
    {
        var source = "";
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Read)
            {
                source = exchange.To;
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        return () => source;
    }
}
