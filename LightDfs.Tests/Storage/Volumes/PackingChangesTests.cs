using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>A data directory from before there were volumes opens as it is, and one with volumes where nothing is packed any more. What is in both places is one thing.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PackingChangesTests
{
    private const string Root = "/data/dfs";
    private static readonly PackingSettings Packed = new(5000, 20_000);
    private static readonly TestReplica Small = TestReplica.Of(400);
    private readonly SimulatedDisk _disk = new();
    private readonly FileId _id = TestReplica.Id(1);

    [Test]
    public async Task Directory_without_volumes_opens_unchanged()
    {
        await WithAsync(PackingSettings.Off, async store =>
        {
            await PutAsync(store, _id, Small);
            await store.DeleteAsync(TestReplica.Id(2), DateTimeOffset.UnixEpoch);
        });
        var before = _disk.PeekNames($"{Root}/replicas/{ReplicaPaths.FanOutOf(_id)}");

        await WithAsync(Packed, async store =>
        {
            Assert.That(await ReadAsync(store, _id), Is.EqualTo(Small.Content));
            Assert.That(store.Find(TestReplica.Id(2))?.State, Is.EqualTo(ReplicaState.Deleted));
            Assert.That(await PutAsync(store, _id, Small), Is.EqualTo(CommitOutcome.AlreadyStored));
        });

        Assert.That(_disk.PeekNames($"{Root}/replicas/{ReplicaPaths.FanOutOf(_id)}"), Is.EqualTo(before));
        Assert.That(_disk.PeekNames($"{Root}/volumes"), Is.Empty);
    }

    [Test]
    public async Task Replica_in_a_file_is_deleted_by_a_packed_tombstone_and_stays_deleted_when_that_is_gone()
    {
        await WithAsync(PackingSettings.Off, store => PutAsync(store, _id, Small));
        await WithAsync(Packed, async store => await store.DeleteAsync(_id, DateTimeOffset.UnixEpoch));
        await WithAsync(PackingSettings.Off, async store =>
        {
            Assert.That(store.Find(_id)?.State, Is.EqualTo(ReplicaState.Deleted));
            await store.RemoveAsync(store.Find(_id)!.Value, () => true);
        });
        await WithAsync(Packed, store =>
        {
            Assert.That(store.Find(_id), Is.Null);
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Packed_replica_is_deleted_where_nothing_is_packed_any_more_and_stays_deleted()
    {
        await WithAsync(Packed, store => PutAsync(store, _id, Small));
        await WithAsync(PackingSettings.Off, async store =>
        {
            Assert.That(await ReadAsync(store, _id), Is.EqualTo(Small.Content));
            await store.DeleteAsync(_id, DateTimeOffset.UnixEpoch);
            await store.RemoveAsync(store.Find(_id)!.Value, () => true);
        });
        await WithAsync(PackingSettings.Off, store =>
        {
            Assert.That(store.List(null, 10), Is.Empty);
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Damaged_file_is_replaced_by_a_packed_copy_and_the_other_way_round([Values] bool isPackedFirst)
    {
        var (first, second) = isPackedFirst ? (Packed, PackingSettings.Off) : (PackingSettings.Off, Packed);
        await WithAsync(first, store => PutAsync(store, _id, Small));
        var (path, offset) = isPackedFirst ? VolumeFiles.ContentOf(_disk, Root, _id) : (new ReplicaPaths(Root).ReplicaOf(_id), 0);
        _disk.Flip(path, offset);
        await WithAsync(second, async store =>
        {
            Assert.That((await store.VerifyAsync(_id))?.State, Is.EqualTo(ReplicaState.Damaged));
            Assert.That(await PutAsync(store, _id, Small), Is.EqualTo(CommitOutcome.Stored));
        });

        await WithAsync(first, async store =>
        {
            Assert.That((await store.VerifyAsync(_id))?.State, Is.EqualTo(ReplicaState.Present));
            Assert.That(await ReadAsync(store, _id), Is.EqualTo(Small.Content));
        });
    }

    [Test]
    public async Task Volume_of_which_files_of_their_own_replace_most_is_compacted_without_waiting_for_another_reason()
    {
        await WithAsync(new PackingSettings(5000, 20_000), async store =>
        {
            for (var number = 1; number <= 6; number++)
            {
                await PutAsync(store, TestReplica.Id(number), TestReplica.Of(4000, number));
            }
            await store.RestAsync();
            var full = _disk.PeekNames($"{Root}/volumes").Where(name => _disk.LengthOf($"{Root}/volumes/{name}") > 15_000).ToList();
            for (var number = 1; number <= 4; number++)
            {
                await ReplaceByFileAsync(store, TestReplica.Id(number));
            }
            await store.RestAsync();

            Assert.That(full, Is.Not.Empty);
            Assert.That(_disk.PeekNames($"{Root}/volumes").Intersect(full.Where(name => !name.Contains("checkpoint"))), Is.Empty);
        });
    }

    /// <summary>By a smaller version, which is too large to be packed.</summary>
    private static async Task ReplaceByFileAsync(FileReplicaStore store, FileId id)
    {
        var version = store.Find(id)!.Value.Version;
        var replica = Enumerable.Range(1, 1000).Select(seed => TestReplica.Of(6000, seed)).First(replica => replica.Record.Version < version);
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        Assert.That(await writer.CommitAsync(CommitMode.Mend), Is.EqualTo(CommitOutcome.Stored));
    }

    /// <summary>No run of a store leaves this; somebody has put two directories together.</summary>
    [Test]
    public async Task Two_versions_in_a_volume_and_in_a_file_end_with_the_smaller_and_the_other_aside([Values] bool isSmallerPacked)
    {
        var (smaller, larger) = TestReplica.Pair(400);
        var (packed, inFile) = isSmallerPacked ? (smaller, larger) : (larger, smaller);
        var other = new SimulatedDisk();
        await WithAsync(PackingSettings.Off, store => PutAsync(store, _id, inFile), other);
        await WithAsync(Packed, store => PutAsync(store, _id, packed));
        var path = new ReplicaPaths(Root).ReplicaOf(_id);
        _disk.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var writer = _disk.CreateNew(path))
        {
            writer.Append(other.Peek(path));
        }

        for (var opening = 0; opening < 2; opening++)
        {
            await WithAsync(Packed, async store =>
            {
                Assert.That(await ReadAsync(store, _id), Is.EqualTo(smaller.Content));
                Assert.That(store.ListSetAside().Select(aside => (aside.Version, aside.Reason)), Is.EqualTo(new[] { (larger.Record.Version, SetAsideReason.Clash) }));
            });
        }
    }

    private async Task WithAsync(PackingSettings packing, Func<FileReplicaStore, Task> use, SimulatedDisk? disk = null)
    {
        await using var store = new FileReplicaStore(disk ?? _disk, Root, 0, null, NullLogger.Instance, packing);
        await store.OpenAsync();
        await use(store);
        await store.RestAsync();
    }

    private static async Task<CommitOutcome> PutAsync(FileReplicaStore store, FileId id, TestReplica replica)
    {
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        return await writer.CommitAsync();
    }

    private static async Task<byte[]> ReadAsync(FileReplicaStore store, FileId id)
    {
        await using var reader = await store.OpenReplicaAsync(id);
        var content = new byte[reader!.Record.ReplicaLength];
        await reader.ReadAsync(0, content);
        return content;
    }
}
