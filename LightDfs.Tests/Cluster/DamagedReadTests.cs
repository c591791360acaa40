using System.Diagnostics.Metrics;
using LightDfs.Cluster;
using LightDfs.Diagnostics;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What a disk has spoilt is told, and read from elsewhere: page by page, also where several are read together.</summary>
public sealed class DamagedReadTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes((1024 * 1024) + 77);

    [Test]
    public async Task Bit_flipped_in_a_replica_is_logged_and_counted_and_the_right_bytes_come_from_another()
    {
        using var log = new LogRecorder();
        var counted = 0L;
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "lightdfs.replica.damaged")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        meter.Start();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = log);
        var content = ClusterSteps.Bytes(200_000);
        var stored = await cluster[0].StoreAsync(content);
        cluster[0].Store.FlipByte(stored.Id, 150_000);

        var read = await cluster[0].ReadAsync(stored.Id);

        Assert.That(read, Is.EqualTo(content));
        Assert.That(Interlocked.Read(ref counted), Is.GreaterThan(0));
        Assert.That(log.Of(LogEvents.ReplicaFailedVerification).Select(entry => entry.Message), Has.Some.Contains(stored.Id.ToString()).And.Some.Contains("131072"));
        Assert.That(log.Of(LogEvents.SourceChanged), Is.Not.Empty);
        Assert.That(cluster[0].StateOf(stored.Id), Is.EqualTo(ReplicaState.Damaged));
    }

    [Test]
    public async Task Bad_page_among_several_that_are_read_together_is_told_once()
    {
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Loggers = log);
        var stored = await cluster[0].StoreAsync(Content);
        cluster[0].Store.FlipByte(stored.Id, (5 * Pages.Size) + 1);
        await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];

        await opened!.Content.ReadExactlyAsync(read);

        Assert.That(read.AsSpan().SequenceEqual(Content));
        Assert.That(log.Of(LogEvents.ReplicaFailedVerification).Select(entry => entry.Message), Has.One.Contains(" 327680;").And.One.Items);
    }

    /// <summary>It does not say which of the pages it cannot read.</summary>
    [Test]
    public async Task Disk_that_cannot_read_several_pages_together_is_asked_for_each()
    {
        var disk = new SimulatedDisk();
        await using var cluster = await LightDfsTestCluster.StartAsync(1, options => options.MakeStore = _ => new FileReplicaStore(disk, "/data", 0, null, NullLogger.Instance));
        var stored = await cluster[0].StoreAsync(Content);
        await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
        var read = new byte[Content.Length];
        await opened!.Content.ReadExactlyAsync(read.AsMemory(0, Pages.Size));

        disk.Fail(DiskCall.Read, StorageFailure.Failing);
        await opened.Content.ReadExactlyAsync(read.AsMemory(Pages.Size));

        Assert.That(read.AsSpan().SequenceEqual(Content));
    }

    [TestCase(200_000, TestName = "Small_file_with_a_bad_page_in_every_copy_but_none_bad_everywhere_is_read_whole")]
    [TestCase(3_000_000, TestName = "Large_file_with_a_bad_page_in_every_copy_of_every_segment_is_read_whole")]
    public async Task Damaged_copies_are_read_page_by_page(int length)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.SegmentSize = 512 * 1024);
        var content = ClusterSteps.Bytes(length);
        var stored = await cluster[0].StoreAsync(content);
        foreach (var replica in cluster[0].Store.List(null, 100).Where(stamp => stamp.Length > 2 * Pages.Size))
        {
            foreach (var machine in cluster.Machines)
            {
                machine.Store.FlipByte(replica.Id, (machine.Index * Pages.Size) + 5);
            }
        }

        // The second time all of them are known to be damaged.
        for (var time = 0; time < 2; time++)
        {
            foreach (var machine in cluster.Machines)
            {
                Assert.That((await machine.ReadAsync(stored.Id)).AsSpan().SequenceEqual(content));
                await using var opened = await machine.Files.OpenAsync(stored.Id);
                var together = new byte[length];
                await opened!.Content.ReadExactlyAsync(together);
                Assert.That(together.AsSpan().SequenceEqual(content), "several pages at a time");
            }
        }
        Assert.That(cluster.Machines.SelectMany(machine => machine.Store.List(null, 100)).Where(stamp => stamp.Length > 2 * Pages.Size).Select(stamp => stamp.State), Is.All.EqualTo(ReplicaState.Damaged));
    }

    [Test]
    public async Task File_whose_first_page_is_bad_everywhere_is_unavailable_and_never_not_found()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(100));
        foreach (var machine in cluster.Machines)
        {
            machine.Store.FlipByte(stored.Id, 50);
        }

        await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[1].Files.OpenAsync(stored.Id));
    }
}
