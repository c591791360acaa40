using LightDfs.Diagnostics;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>A volume of which something cannot be read: what a later read would give is never written off, whatever happens until then.</summary>
public sealed class VolumeUnreadableTests
{
    private const string Root = "/data/dfs";
    private const int Files = 4;
    private static readonly PackingSettings Packing = new(5000, 1_000_000);

    private readonly FakeTimeProvider _time = new();
    private LogRecorder _log = null!;

    [SetUp]
    public void SetUp() => _log = new LogRecorder();

    [TearDown]
    public void TearDown() => _log.Dispose();

    /// <summary>After a power failure the last volume has no checkpoint, and is read.</summary>
    [Test]
    public async Task What_cannot_be_read_at_a_start_is_there_at_the_next_one([Values(0, 1, 2)] int lost)
    {
        var disk = await AfterPowerFailureAsync();
        var head = OffsetOf(disk, lost);
        disk.FailAt((_, offset, count) => offset < head + VolumeEntry.HeadSize && offset + count > head ? OddDisk.Sector : null);
        await using (var store = await OpenAsync(disk))
        {
            Assert.That(_log.Of(LogEvents.VolumeUnreadable), Has.Count.EqualTo(1));
            Assert.That(await StatesAsync(store), Is.EqualTo(Enumerable.Range(0, Files).Select(number => number == lost ? (ReplicaState?)null : ReplicaState.Present)));
            await DeleteAllButAsync(store, lost);
            Assert.That(store.Usage.Trouble, Does.Contain("could not be read at the start"));
        }

        disk.FailAt(null);
        await using var next = await OpenAsync(disk);
        await next.RestAsync();

        Assert.That((await StatesAsync(next))[lost], Is.EqualTo(ReplicaState.Present));
        Assert.That(next.Usage.Trouble, Is.Null);
    }

    [Test]
    public async Task Volume_of_which_nothing_can_be_read_is_kept()
    {
        var disk = await AfterPowerFailureAsync();
        disk.FailAt((_, _, _) => OddDisk.Sector);
        await using (var store = await OpenAsync(disk))
        {
            Assert.That(await StatesAsync(store), Is.All.Null);
        }

        disk.FailAt(null);
        await using var next = await OpenAsync(disk);

        Assert.That(await StatesAsync(next), Is.All.EqualTo(ReplicaState.Present));
    }

    /// <summary>What is stored and deleted meanwhile is newer than what could not be read, whatever sequence numbers that has.</summary>
    [Test]
    public async Task What_happened_meanwhile_counts_when_the_volume_can_be_read_again()
    {
        var disk = await AfterPowerFailureAsync();
        disk.FailAt((_, _, _) => OddDisk.Sector);
        await using (var store = await OpenAsync(disk))
        {
            await PutAsync(store, 3);
            await store.DeleteAsync(TestReplica.Id(3), DateTimeOffset.UnixEpoch);
            await store.DeleteAsync(TestReplica.Id(2), DateTimeOffset.UnixEpoch);
            disk.FailAt(null);
        }

        await using var next = await OpenAsync(disk);

        Assert.That(await StatesAsync(next), Is.EqualTo(new ReplicaState?[] { ReplicaState.Present, ReplicaState.Present, ReplicaState.Deleted, ReplicaState.Deleted }));
    }

    /// <summary>A removal is kept as long as an older entry of its id is in any volume: also in one of which that is not known.</summary>
    [Test]
    public async Task Deleted_file_whose_tombstone_is_forgotten_stays_away_when_the_volume_can_be_read_again()
    {
        var disk = await AfterPowerFailureAsync();
        var unreadable = VolumeNames(disk).Single();
        disk.FailAt((path, _, _) => path.EndsWith(unreadable, StringComparison.Ordinal) ? OddDisk.Sector : null);
        await using (var store = await OpenAsync(disk))
        {
            await PutAsync(store, 0);
            await store.DeleteAsync(TestReplica.Id(0), DateTimeOffset.UnixEpoch);
            Assert.That(await store.RemoveAsync(store.Find(TestReplica.Id(0))!.Value, () => true), Is.True);
        }
        for (var start = 0; start < 3; start++)
        {
            await using var again = await OpenAsync(disk);
            await again.RestAsync();
        }

        disk.FailAt(null);
        await using var next = await OpenAsync(disk);

        Assert.That(await StatesAsync(next), Is.EqualTo(new ReplicaState?[] { null, ReplicaState.Present, ReplicaState.Present, ReplicaState.Present }));
    }

    /// <summary>Of the last batch no head says whether it was promised: whether it is whole decides, and where that cannot be read, it may have been.</summary>
    [Test]
    public async Task Content_of_the_last_batch_that_cannot_be_read_is_damaged_and_not_absent()
    {
        var disk = await AfterPowerFailureAsync();
        // Not in the sector that has the head.
        var content = OffsetOf(disk, Files - 1) + 4000;
        disk.FailAt((_, offset, count) => offset <= content && offset + count > content ? OddDisk.Sector : null);
        await using (var store = await OpenAsync(disk))
        {
            Assert.That((await StatesAsync(store))[^1], Is.EqualTo(ReplicaState.Damaged));
        }

        disk.FailAt(null);
        await using var next = await OpenAsync(disk);

        Assert.That(await StatesAsync(next), Is.All.EqualTo(ReplicaState.Present));
    }

    /// <summary>The first read of all of it fails, those of its pieces do not.</summary>
    [Test]
    public async Task Replica_that_is_set_aside_is_read_once_more_where_it_could_not_be()
    {
        var disk = new OddDisk(new SimulatedDisk());
        await using var store = await OpenAsync(disk);
        await PutAsync(store, 0);
        var isFirst = true;
        disk.FailAt((_, _, count) => isFirst && !(isFirst = count < 4000) ? OddDisk.Sector : null);

        Assert.That(await store.SetAsideAsync(store.Find(TestReplica.Id(0))!.Value, SetAsideReason.Clash, () => true), Is.True);

        Assert.That(isFirst, Is.False, "it did fail");
        await using var reader = await store.OpenSetAsideAsync(TestReplica.Id(0), Content(0).Record.Version);
        var content = new byte[4000];
        await reader!.ReadAsync(0, content);
        Assert.That(content, Is.EqualTo(Content(0).Content));
    }

    /// <summary>As when no handle is left: the file is made, and cannot be opened for reading.</summary>
    [Test]
    public async Task Volume_that_cannot_be_begun_leaves_its_number_to_no_other()
    {
        var disk = new OddDisk(new SimulatedDisk());
        await using (var store = await OpenAsync(disk))
        {
            disk.OpenFailure = path => path.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal) ? new StorageException(StorageFailure.Failing, "Simulated: too many open files.") : null;
            await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 0));
            Assert.That(VolumeNames(disk), Is.Empty);
            disk.Inner.Fail(DiskCall.Delete, StorageFailure.Failing);
            await Assert.ThrowsAsync<StorageException>(() => PutAsync(store, 0));
            disk.OpenFailure = null;
            await PutAsync(store, 1);
            var names = VolumeNames(disk);
            Assert.That(names, Has.Count.EqualTo(2), "the empty one could not be removed");
            Assert.That(names.Select(name => name.Split('-')[0]), Is.Unique);
        }

        await using var next = await OpenAsync(disk);

        Assert.That(VolumeNames(disk), Has.Count.EqualTo(1));
        Assert.That((await next.VerifyAsync(TestReplica.Id(1)))!.Value.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Two_volumes_of_one_number_are_refused()
    {
        var (disk, other) = (await AfterPowerFailureAsync(), await AfterPowerFailureAsync());
        var copied = $"{Root}/volumes/{VolumeNames(other).Single()}";
        using (var file = disk.CreateNew(copied))
        {
            file.Append(other.Inner.Peek(copied));
        }

        var refused = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(disk));

        Assert.That(VolumeNames(disk), Has.Count.EqualTo(2).And.All.Matches<string>(name => refused!.Message.Contains(name!, StringComparison.Ordinal)));
    }

    private static async Task<OddDisk> AfterPowerFailureAsync()
    {
        var disk = new SimulatedDisk();
        await using var store = new FileReplicaStore(disk, Root, 0, null, NullLogger.Instance, Packing);
        await store.OpenAsync();
        for (var number = 0; number < Files; number++)
        {
            await PutAsync(store, number);
        }
        return new OddDisk(disk.AfterLoss());
    }

    private async Task<FileReplicaStore> OpenAsync(OddDisk disk)
    {
        var store = new FileReplicaStore(disk, Root, 0, _time, _log.CreateLogger("test"), Packing);
        try
        {
            await store.OpenAsync();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static async Task DeleteAllButAsync(FileReplicaStore store, int kept)
    {
        foreach (var number in Enumerable.Range(0, Files).Where(number => number != kept))
        {
            await store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await store.RestAsync();
    }

    private static async Task<List<ReplicaState?>> StatesAsync(FileReplicaStore store)
    {
        var states = new List<ReplicaState?>();
        for (var number = 0; number < Files; number++)
        {
            states.Add((await store.VerifyAsync(TestReplica.Id(number)))?.State);
        }
        return states;
    }

    private static List<string> VolumeNames(OddDisk disk) => [.. disk.Inner.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal))];

    private static long OffsetOf(OddDisk disk, int number) => VolumeFiles.EntriesOn(disk.Inner, Root).Single(entry => entry.Placed.Entry.Id == TestReplica.Id(number)).Placed.Offset;

    private static TestReplica Content(int number) => TestReplica.Of(4000, number);

    private static async Task PutAsync(FileReplicaStore store, int number)
    {
        await using var writer = await store.BeginAsync(TestReplica.Id(number), Content(number).Record);
        await writer.AppendAsync(Content(number).Content);
        await writer.CommitAsync();
    }
}
