using LightDfs.Files;
using LightDfs.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class LargeFileReadTests
{
    private const int Segment = LargeFiles.Segment;

    [TestCase(Segment)]
    [TestCase(4 * Segment, Description = "Several pages are read by one call, but none beyond the segment")]
    public async Task Any_range_is_exact(int segment)
    {
        await using var cluster = await LargeFiles.StartAsync(5, (_, machine) => (machine.SegmentSize, machine.TransferMemory) = (segment, 4 * segment));
        var content = LargeFiles.Content(5 * segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));

        foreach (var machine in cluster.Machines)
        {
            foreach (var offset in new[] { 0, 1, segment - 1, segment, (2 * segment) + 17, (5 * segment) - 1 })
            {
                foreach (var count in new[] { 1, 100, segment, 3 * segment })
                {
                    var expected = content.AsMemory(offset, Math.Min(count, content.Length - offset));
                    await using var opened = await machine.Files.OpenAsync(stored.Id);
                    opened!.Content.Seek(offset, SeekOrigin.Begin);
                    var read = new byte[expected.Length];
                    await opened.Content.ReadExactlyAsync(read);
                    Assert.That(read.AsSpan().SequenceEqual(expected.Span), $"{count} bytes at {offset} through {machine.Address}");
                }
            }
        }
    }

    [Test]
    public async Task Seeking_back_and_forth_reads_what_is_there()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(9 * Segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));
        await using var opened = await cluster[1].Files.OpenAsync(stored.Id);
        var random = new Random(5);
        var read = new byte[1000];

        for (var step = 0; step < 100; step++)
        {
            opened!.Content.Position = random.Next(content.Length - read.Length);
            var at = (int)opened.Content.Position;
            await opened.Content.ReadExactlyAsync(read);
            Assert.That(read.AsSpan().SequenceEqual(content.AsSpan(at, read.Length)), $"at {at}");
        }
    }

    [Test]
    public async Task Machine_that_goes_down_in_the_middle_is_not_noticed_by_the_reader()
    {
        await using var cluster = await LargeFiles.StartAsync(4);
        var content = LargeFiles.Content(24 * Segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));

        foreach (var gone in cluster.Machines.Skip(1))
        {
            await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
            var read = new byte[content.Length];
            await opened!.Content.ReadExactlyAsync(read.AsMemory(0, 10_000));
            cluster.Network.TakeDown(gone.Address);
            await opened.Content.ReadExactlyAsync(read.AsMemory(10_000));
            Assert.That(read.AsSpan().SequenceEqual(content));
            cluster.Network.BringUp(gone.Address);
            await cluster.SettleAsync();
        }
    }

    [Test]
    public async Task Content_is_read_whole_as_long_as_no_page_is_lost_everywhere()
    {
        await using var cluster = await LargeFiles.StartAsync(3, (_, options) => options.SegmentSize = 8 * Segment, null);
        var content = LargeFiles.Content(6 * Pages.Size);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));
        for (var page = 0; page < 6; page++)
        {
            // Each page is bad on two machines of three, and each machine has good ones.
            cluster[page % 3].Store.FlipByte(stored.Id, page * Pages.Size);
            cluster[(page + 1) % 3].Store.FlipByte(stored.Id, page * Pages.Size);
        }

        foreach (var machine in cluster.Machines)
        {
            Assert.That((await LargeFiles.ReadAsync(machine.Files, stored.Id)).AsSpan().SequenceEqual(content), machine.Address);
        }
    }

    [Test]
    public async Task Page_that_is_lost_everywhere_ends_the_reading_with_an_error_that_names_the_machines()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(4 * Segment)));
        var segment = cluster[0].Store.List(null, 10).Where(stamp => stamp.Id.Kind == FileKind.Segment).ElementAt(2).Id;
        foreach (var machine in cluster.Machines)
        {
            machine.Store.FlipByte(segment, 5);
        }

        var thrown = await Assert.ThrowsAsync<FileUnavailableException>(() => LargeFiles.ReadAsync(cluster[1].Files, stored.Id));

        Assert.That((thrown!.File, thrown.Unanswered.Select(one => one.Machine).Distinct().Count()), Is.EqualTo((stored.Id, 3)));
    }

    [Test]
    public async Task Rot_in_segments_and_in_the_list_of_segments_is_read_around()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(6 * Segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));
        foreach (var stamp in cluster[0].Store.List(null, 100))
        {
            cluster[0].Store.FlipByte(stamp.Id, stamp.Length / 2);
        }

        Assert.That((await LargeFiles.ReadAsync(cluster[0].Files, stored.Id)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Sixteen_readers_of_ranges_see_exact_bytes_while_an_owner_goes_down()
    {
        await using var cluster = await LargeFiles.StartAsync(4);
        var content = LargeFiles.Content(64 * Segment);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));
        var begun = 0;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(part => Task.Run(async () =>
        {
            await using var opened = await cluster[3].Files.OpenAsync(stored.Id);
            var range = new byte[4 * Segment];
            opened!.Content.Position = part * range.Length;
            await opened.Content.ReadExactlyAsync(range.AsMemory(0, 1000));
            if (Interlocked.Increment(ref begun) == 8)
            {
                cluster.Network.TakeDown(cluster[1].Address);
            }
            await opened.Content.ReadExactlyAsync(range.AsMemory(1000));
            Assert.That(range.AsSpan().SequenceEqual(content.AsSpan(part * range.Length, range.Length)), $"part {part}");
        })));
    }
}
