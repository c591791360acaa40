using System.IO.Compression;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileStoreExtensionsTests
{
    [Test]
    public async Task Downloaded_file_is_exact_and_its_progress_is_told()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content((10 * LargeFiles.Segment) + 5);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content));
        var told = new List<long>();

        var read = new MemoryStream();
        var info = await cluster[1].Files.DownloadToAsync(stored.Id, read, new DownloadOptions { Progress = new Told(told) });

        Assert.That(read.ToArray().AsSpan().SequenceEqual(content));
        Assert.That(info, Is.EqualTo(stored with { Copies = 1 }));
        Assert.That(told, Is.Ordered.And.Not.Empty);
        Assert.That(told[^1], Is.EqualTo(content.Length));
    }

    [Test]
    public async Task Download_of_what_is_not_there_is_null_and_writes_nothing()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var read = new MemoryStream();

        Assert.That((await cluster[0].Files.DownloadToAsync(FileId.New(), read), read.Length), Is.EqualTo(((StoredFile?)null, 0)));
    }

    [Test]
    public async Task Download_with_the_salt_it_was_stored_with_finds_the_copy()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]), new StoreOptions { PlacementSalt = 9 });
        var read = new MemoryStream();

        Assert.That(await cluster[0].Files.DownloadToAsync(stored.Id, Stream.Null), Is.Null);
        Assert.That(await cluster[0].Files.DownloadToAsync(stored.Id, read, new DownloadOptions { PlacementSalt = 9 }), Is.Not.Null);
        Assert.That(read.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Archive_written_into_a_file_exists_only_when_it_is_completed()
    {
        await using var cluster = await LargeFiles.StartAsync();
        var content = LargeFiles.Content(5 * LargeFiles.Segment);

        await using var stream = await cluster[0].Files.OpenWriteAsync(new StoreOptions { FileName = "all.zip" });
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await archive.CreateEntry("a.bin", CompressionLevel.NoCompression).OpenAsync();
            await entry.WriteAsync(content);
        }
        Assert.That(await cluster[1].Files.ListAsync().ToListAsync(), Is.Empty);
        var stored = await stream.CompleteAsync();

        await using var opened = await cluster[1].Files.OpenAsync(stored.Id);
        using var read = new ZipArchive(opened!.Content, ZipArchiveMode.Read);
        var unpacked = new MemoryStream();
        await using (var entry = await read.Entries.Single().OpenAsync())
        {
            await entry.CopyToAsync(unpacked);
        }
        Assert.That((stored.FileName, unpacked.ToArray().AsSpan().SequenceEqual(content)), Is.EqualTo(("all.zip", true)));
    }

    [Test]
    public async Task Stream_disposed_before_it_is_completed_leaves_nothing([Values] bool synchronously)
    {
        await using var cluster = await LargeFiles.StartAsync();

        var stream = await cluster[0].Files.OpenWriteAsync();
        await stream.WriteAsync(LargeFiles.Content(20 * LargeFiles.Segment));
        if (synchronously)
        {
            stream.Dispose();
        }
        else
        {
            await stream.DisposeAsync();
        }

        Assert.That(await cluster[1].Files.ListAsync().ToListAsync(), Is.Empty);
        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
        await Assert.ThrowsAsync<InvalidOperationException>(stream.CompleteAsync);
    }

    [Test]
    public async Task Writer_hears_of_a_store_that_failed()
    {
        await using var cluster = await LargeFiles.StartAsync();
        await using var stream = await cluster[0].Files.OpenWriteAsync();
        cluster.Network.TakeDown(cluster[1].Address);
        cluster.Network.TakeDown(cluster[2].Address);

        await Assert.ThrowsAsync<InsufficientReplicasException>(async () =>
        {
            for (var written = 0; written < 1000; written++)
            {
                await stream.WriteAsync(LargeFiles.Content(LargeFiles.Segment));
            }
        });
        Assert.That(await Assert.CatchAsync(stream.CompleteAsync), Is.TypeOf<InsufficientReplicasException>());
    }

    [Test]
    public async Task Wrong_options_are_told_at_once()
    {
        await using var cluster = await LargeFiles.StartAsync(1);

        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.OpenWriteAsync(new StoreOptions { FileName = new string('a', 5000) }));
    }

    private sealed class Told(List<long> values) : IProgress<long>
    {
        public void Report(long value) => values.Add(value);
    }
}
