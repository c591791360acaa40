using LightDfs.Files;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class ListTests
{
    [Test]
    public async Task Files_of_all_machines_are_listed_once_in_id_order()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var stored = new List<StoredFile>();
        for (var file = 0; file < 300; file++)
        {
            stored.Add(await cluster[file % 5].StoreAsync(ClusterSteps.Bytes(file, file), new StoreOptions { FileName = $"{file}" }));
        }

        var listed = await cluster[0].ListAsync();

        Assert.That(listed, Is.EqualTo(stored.OrderBy(file => file.Id)));
    }

    [Test]
    public async Task Deleted_file_is_not_listed_though_one_machine_still_has_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var gone = await cluster[0].StoreAsync([1]);
        var kept = await cluster[0].StoreAsync([2]);
        cluster[2].TakeDown(cluster);
        await cluster[0].Files.DeleteAsync(gone.Id);
        cluster.Network.MendAll();

        Assert.That((await cluster[2].ListAsync()).Select(file => file.Id), Is.EqualTo(new[] { kept.Id }));
    }

    [Test]
    public async Task Machine_that_is_down_ends_the_listing_with_an_error_unless_a_part_is_enough()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync([1]);
        cluster[2].TakeDown(cluster);
        var seen = new List<FileId>();

        var failure = await Assert.ThrowsAsync<FileUnavailableException>(async () =>
        {
            await foreach (var file in cluster[0].Files.ListAsync())
            {
                seen.Add(file.Id);
            }
        });

        Assert.That(seen, Is.EqualTo(new[] { stored.Id }), "what is known comes first");
        Assert.That(failure.File, Is.Null);
        Assert.That(failure.Unanswered.Single().Address, Is.EqualTo(cluster[2].Address));
        Assert.That((await cluster[0].ListAsync(new ListOptions { AllowPartial = true })).Single().Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task Listed_address_that_never_answered_ends_the_listing_with_an_error()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));

        var failure = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].ListAsync());

        Assert.That(failure.Unanswered.Single().Address, Is.EqualTo("memory://nobody"));
    }

    [Test]
    public async Task File_with_one_damaged_copy_is_listed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(100));
        cluster[1].Store.FlipByte(stored.Id, 50);
        await cluster[1].Store.VerifyAsync(stored.Id);

        var listed = (await cluster[2].ListAsync()).Single();

        Assert.That(listed, Is.EqualTo(stored with { Copies = 2 }));
    }

    [Test]
    public async Task Segments_are_passed_over_unopened_and_do_not_end_the_listing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var parent = FileId.New();
        var segment = TestReplica.Of(10);
        for (var number = 0; number < 5000; number++)
        {
            await cluster[0].PlantAsync(parent.SegmentOf(number, segment.Record.Checksum), segment with { Record = SegmentList.RecordOf(parent, 10, segment.Record.Checksum) });
        }
        var stored = await cluster[0].StoreAsync([1]);

        var asked = cluster.Network.RequestsTo(cluster[0].Address);
        var listed = await cluster[1].ListAsync();

        Assert.That(listed.Single(), Is.EqualTo(stored), "with the copy that comes after the segments");
        Assert.That(cluster.Network.RequestsTo(cluster[0].Address) - asked, Is.LessThan(6));
    }

    [Test]
    public async Task Listing_can_be_cancelled()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[0].StoreAsync([1]);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(async () =>
        {
            await foreach (var file in cluster[0].Files.ListAsync(null, stop.Token))
            {
                Assert.Fail("nothing is listed.");
            }
        });
    }

    [Test]
    public async Task Stored_and_listed_facts_are_the_same()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var replica = TestReplica.Of(1000);

        var stored = await cluster[0].StoreAsync(replica.Content, new StoreOptions { FileName = "a b.txt", ContentType = "text/plain" });

        Assert.That((await cluster[1].ListAsync()).Single(), Is.EqualTo(stored));
        Assert.That(stored.Checksum, Is.EqualTo(replica.Record.Checksum));
    }
}
