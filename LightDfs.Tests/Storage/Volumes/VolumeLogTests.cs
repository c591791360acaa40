using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Group commit, and what fails in it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VolumeLogTests
{
    private const string Root = "/data/dfs";
    private const int Writers = 20;
    private readonly FakeTimeProvider _time = new();
    private readonly GatedDisk _gate = new(new SimulatedDisk());

    /// <summary>The first write flushes alone; all that came while it did share the next flush.</summary>
    [Test]
    public async Task Writes_that_wait_share_one_flush()
    {
        await using var store = await OpenAsync(_gate);
        var (first, others) = await _gate.HoldUpAsync(number => PutAsync(store, number), Writers);
        Assert.That(others, Has.None.Matches<Task>(other => other is { IsCompleted: true }), "Acknowledged before a flush.");
        var flushes = _gate.Flushes;
        _gate.Open();

        await Task.WhenAll([first, .. others]);

        Assert.That(_gate.Flushes - flushes, Is.EqualTo(1));
        Assert.That(store.Usage.Replicas, Is.EqualTo(Writers + 1));
    }

    [Test]
    public async Task Failed_flush_fails_all_that_waited_for_it_and_ends_writing()
    {
        await using var store = await OpenAsync(_gate);
        var (first, others) = await _gate.HoldUpAsync(number => PutAsync(store, number), Writers);
        _gate.Inner.Fail(DiskCall.FlushFile, StorageFailure.Failing, after: 1);
        _gate.Open();
        await first;

        foreach (var other in others)
        {
            Assert.That((await Assert.ThrowsAsync<StorageException>(() => other))!.Failure, Is.EqualTo(StorageFailure.Failing));
        }
        Assert.That(store.Usage.Replicas, Is.EqualTo(1));
        Assert.That(store.Usage.Failure, Does.Contain("flush"));
        await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 100));
    }

    [Test]
    public async Task Full_disk_stores_nothing_and_leaves_nothing_to_be_found_later()
    {
        var disk = new SimulatedDisk();
        await using (var store = await OpenAsync(disk))
        {
            await PutAsync(store, 0);
            disk.Fail(DiskCall.Append, StorageFailure.Full);
            Assert.That((await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 1)))!.Failure, Is.EqualTo(StorageFailure.Full));
            _time.Advance(TimeSpan.FromSeconds(2));
            await PutAsync(store, 2);
        }
        await using var again = await OpenAsync(disk);

        Assert.That(again.List(null, 10).Select(stamp => stamp.Id), Is.EqualTo(new[] { TestReplica.Id(0), TestReplica.Id(2) }));
    }

    [Test]
    public async Task Reader_goes_on_while_its_volume_is_compacted_away()
    {
        var disk = new SimulatedDisk();
        await using var store = await OpenAsync(disk, volumeSize: 10_000);
        for (var number = 0; number < 5; number++)
        {
            await PutAsync(store, number);
        }
        await using var reader = await store.OpenReplicaAsync(TestReplica.Id(1));
        var volume = VolumeFiles.ContentOf(disk, Root, TestReplica.Id(1)).Path;
        await store.DeleteAsync(TestReplica.Id(0), DateTimeOffset.UnixEpoch);
        await store.RestAsync();

        Assert.That(disk.FileExists(volume), Is.False, "It was not compacted.");
        var content = new byte[4000];
        Assert.That(await reader!.ReadAsync(0, content), Is.EqualTo(4000));
        Assert.That(content, Is.EqualTo(TestReplica.Of(4000, 1).Content));
    }

    private static async Task PutAsync(FileReplicaStore store, int number)
    {
        var replica = TestReplica.Of(4000, number);
        await using var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    private async Task<FileReplicaStore> OpenAsync(IDisk disk, long volumeSize = 1_000_000)
    {
        var store = new FileReplicaStore(disk, Root, 0, _time, NullLogger.Instance, new PackingSettings(5000, volumeSize));
        await store.OpenAsync();
        return store;
    }
}
