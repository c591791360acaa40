using System.Security.Cryptography;
using LightDfs.Files;
using LightDfs.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class LargeFileStoreTests
{
    private const int Segment = LargeFiles.Segment;

    [TestCase(Segment - 1)]
    [TestCase(Segment)]
    [TestCase(Segment + 1)]
    [TestCase((3 * Segment) - 1)]
    [TestCase(3 * Segment)]
    [TestCase((3 * Segment) + 1)]
    [TestCase(40 * Segment)]
    public async Task Content_of_unknown_length_is_read_back_exactly_from_every_machine(int length)
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(length);

        var stored = await cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(content), new StoreOptions { FileName = "a.bin", Sha256 = true });

        Assert.That((stored.Length, stored.Sha256), Is.EqualTo((length, Convert.ToHexStringLower(SHA256.HashData(content)))));
        foreach (var machine in cluster.Machines)
        {
            Assert.That((await LargeFiles.ReadAsync(machine.Files, stored.Id)).AsSpan().SequenceEqual(content));
            Assert.That(await machine.Files.FindAsync(stored.Id), Is.EqualTo(stored with { Copies = 1 }));
        }
    }

    [Test]
    public async Task File_that_fits_into_a_segment_has_one_replica_and_a_longer_one_a_record_and_its_segments()
    {
        await using var cluster = await LargeFiles.StartAsync();

        await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(Segment)));
        await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(Segment + 1)));

        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.EqualTo(1 + 3));
    }

    [Test]
    public async Task Listing_names_files_and_no_segments()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(5 * Segment)));

        var listed = await cluster[1].Files.ListAsync().ToListAsync();

        Assert.That(listed, Is.EqualTo(new[] { stored with { Copies = 3 } }));
    }

    [Test]
    public async Task Retry_under_a_callers_id_makes_the_same_segments_and_another_content_is_a_conflict()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(3 * Segment);
        var options = new StoreOptions { Id = FileId.New() };

        var first = await cluster[0].Files.StoreAsync(new MemoryStream(content), options);
        var replicas = cluster[0].Store.Usage.Replicas;
        var second = await cluster[1].Files.StoreAsync(LargeFiles.OfUnknownLength(content), options);

        Assert.That(second with { Copies = first.Copies }, Is.EqualTo(first));
        Assert.That(cluster[0].Store.Usage.Replicas, Is.EqualTo(replicas));
        await Assert.ThrowsAsync<FileConflictException>(() => cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(3 * Segment, seed: 2)), options));
        Assert.That((await LargeFiles.ReadAsync(cluster[2].Files, first.Id)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Salted_copies_of_one_id_are_independent_down_to_their_segments()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(2 * Segment);
        var id = FileId.New();
        await cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { Id = id });
        await cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { Id = id, PlacementSalt = 7 });

        await cluster[0].Files.DeleteAsync(id);

        await using var opened = await cluster[1].Files.OpenAsync(id, new LookupOptions { PlacementSalt = 7 });
        var read = new byte[content.Length];
        await opened!.Content.ReadExactlyAsync(read);
        Assert.That(read.AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Source_that_breaks_off_leaves_nothing_that_can_be_seen()
    {
        await using var cluster = await LargeFiles.StartAsync();

        await Assert.ThrowsAsync<IOException>(() => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(3 * Segment), new IOException("the client left"))));

        Assert.That(await cluster[1].Files.ListAsync().ToListAsync(), Is.Empty);
        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    [Test]
    public async Task Expected_digest_that_differs_fails_the_store_and_leaves_nothing([Values(10, 3 * Segment)] int length)
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(length);
        var (right, wrong) = (Convert.ToHexStringLower(SHA256.HashData(content)), Convert.ToHexStringLower(SHA256.HashData([1])));

        var thrown = await Assert.ThrowsAsync<ContentMismatchException>(() => cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { ExpectedSha256 = wrong }));
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { ExpectedSha256 = right });

        Assert.That((thrown!.Expected, thrown.Actual, stored.Sha256), Is.EqualTo((wrong, right, right)));
        Assert.That(await cluster[1].Files.ListAsync().Select(file => file.Id).ToListAsync(), Is.EqualTo(new[] { stored.Id }));
    }

    [TestCase("")]
    [TestCase("AB")]
    [TestCase("zz")]
    public async Task Expected_digest_in_another_form_is_refused(string digest)
    {
        await using var cluster = await LargeFiles.StartAsync(1);

        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(new MemoryStream(), new StoreOptions { ExpectedSha256 = digest }));
    }

    [Test]
    public async Task Progress_counts_up_to_the_length()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var told = new Told();

        await cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content((5 * Segment) + 1)), new StoreOptions { Progress = told });
        await cluster[0].Files.StoreAsync(new MemoryStream(new byte[10]), new StoreOptions { Progress = told });

        Assert.That(told.Values, Has.Count.EqualTo(7));
        Assert.That(told.Values.Take(6), Is.Ordered.And.All.GreaterThan(0));
        Assert.That(told.Values[5..], Is.EqualTo(new[] { (5 * Segment) + 1, 10 }));
    }

    [Test]
    public async Task Machine_that_goes_down_in_the_middle_costs_nothing_but_its_copies()
    {
        await using var cluster = await LargeFiles.StartAsync(5);
        var content = LargeFiles.Content(30 * Segment);
        var segments = 0;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Request.BodyLength == Segment && Interlocked.Increment(ref segments) == 20)
            {
                cluster.Network.TakeDown(cluster[4].Address);
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var stored = await cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(content));

        Assert.That(segments, Is.GreaterThan(20));
        Assert.That((await LargeFiles.ReadAsync(cluster[1].Files, stored.Id)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Segments_take_their_places_in_the_transfer_memory_and_give_them_back()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var least = int.MaxValue;
        var budget = cluster[0].Running.Budget;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            least = Math.Min(least, budget.Available);
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => cluster[0].Files.StoreAsync(LargeFiles.OfUnknownLength(LargeFiles.Content(20 * Segment, seed)))));

        Assert.That((least, budget.Available), Is.EqualTo((0, 4)));
    }

    [Test]
    public async Task More_than_a_list_of_segments_has_room_for_is_refused_at_once_where_the_length_is_known()
    {
        await using var cluster = await LargeFiles.StartAsync(1);
        using var content = new Endless(SegmentLayout.LongestFile(Segment) + 1);

        var thrown = await Assert.ThrowsAsync<FileTooLargeException>(() => cluster[0].Files.StoreAsync(content));

        Assert.That((thrown!.Limit, cluster[0].Store.Usage.Replicas), Is.EqualTo((SegmentLayout.LongestFile(Segment), 0)));
    }

    private sealed class Told : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }

    private sealed class Endless(long length) : MemoryStream
    {
        public override long Length => length;
    }
}
