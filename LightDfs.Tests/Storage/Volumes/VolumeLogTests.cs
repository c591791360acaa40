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

    /// <summary>What came while that flush ran is a batch of its own: it fails too, though its own flush would succeed, and nothing of it lands in the volume of which nobody knows what the disk has.</summary>
    [Test]
    public async Task Failed_flush_fails_what_was_queued_while_it_ran_and_seals_its_volume()
    {
        await using var store = await OpenAsync(_gate);
        _gate.Inner.Fail(DiskCall.FlushFile, StorageFailure.Failing);
        var (first, others) = await _gate.HoldUpAsync(number => PutAsync(store, number), Writers);
        var volume = Volumes(_gate.Inner).Single();
        var length = _gate.Inner.LengthOf(volume);
        _gate.Open();

        foreach (var put in others.Prepend(first))
        {
            Assert.That((await Assert.ThrowsAsync<StorageException>(() => put))!.Failure, Is.EqualTo(StorageFailure.Failing));
        }
        Assert.That(store.List(null, 100), Is.Empty);
        Assert.That(_gate.Inner.LengthOf(volume), Is.EqualTo(length), "something was appended after the failed flush");

        var told = await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 100));
        Assert.That(told!.Message, Does.Contain("A flush failed").And.Contain("until a restart").And.Contain(Root));
        Assert.That(_gate.Inner.LengthOf(volume), Is.EqualTo(length), "a lone put was appended after the failed flush");
    }

    /// <summary>After a restart too, whether the process was closed, killed, or lost its power; and then all goes on.</summary>
    [Test]
    public async Task Volume_with_a_failed_flush_is_not_appended_to_after_a_restart_either([Values("closed", "killed", "lost")] string how)
    {
        var disk = new SimulatedDisk();
        await using var store = await OpenAsync(disk);
        await PutAsync(store, 0);
        disk.Fail(DiskCall.FlushFile, StorageFailure.Failing);
        await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 1));
        var volume = Volumes(disk).Single();
        await store.RestAsync();
        var left = how switch { "killed" => disk.AfterKill(), "lost" => disk.AfterLoss(), _ => disk };
        await store.DisposeAsync();
        var before = left.Peek(volume)!;

        for (var opening = 0; opening < 2; opening++)
        {
            await using var again = await OpenAsync(left);
            await PutAsync(again, 2 + opening);
            Assert.That(again.Usage.Failure, Is.Null);
            Assert.That(left.Peek(volume), Is.EqualTo(before));
            foreach (var number in Enumerable.Range(2, opening + 1).Prepend(0))
            {
                Assert.That((await again.VerifyAsync(TestReplica.Id(number)))?.State, Is.EqualTo(ReplicaState.Present), $"{number}");
            }
        }
        Assert.That(VolumeFiles.ContentOf(left, Root, TestReplica.Id(2)).Path, Is.Not.EqualTo(volume));
    }

    /// <summary>The store goes on, but not in that volume: part of what failed may lie there.</summary>
    [TestCase(StorageFailure.Full)]
    [TestCase(StorageFailure.Failing)]
    public async Task Failed_append_seals_its_volume_and_the_next_put_begins_another(StorageFailure failure)
    {
        var disk = new SimulatedDisk();
        await using var store = await OpenAsync(disk);
        await PutAsync(store, 0);
        var volume = Volumes(disk).Single();
        var before = disk.Peek(volume);
        disk.Fail(DiskCall.Append, failure);
        await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 1));
        _time.Advance(TimeSpan.FromSeconds(2));

        await PutAsync(store, 2);

        Assert.That(disk.Peek(volume), Is.EqualTo(before));
        Assert.That(Volumes(disk), Has.Count.EqualTo(2).And.Contains(volume));
        Assert.That(store.List(null, 10).Select(stamp => stamp.Id), Is.EqualTo(new[] { TestReplica.Id(0), TestReplica.Id(2) }));
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

    /// <summary>In the order of their numbers.</summary>
    private static List<string> Volumes(SimulatedDisk disk) =>
        [.. disk.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal)).Select(name => $"{Root}/volumes/{name}")];

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
