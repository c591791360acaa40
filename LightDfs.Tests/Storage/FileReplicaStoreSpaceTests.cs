using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>Free space, the reserve, and a disk that is full: where nothing is packed, and where all is.</summary>
[TestFixture(0)]
[TestFixture(1024 * 1024)]
public sealed class FileReplicaStoreSpaceTests(int packedBelow) : FailingStore(packedBelow)
{
    private const long MiB = 1024 * 1024;

    [Test]
    public async Task Reserve_is_kept_from_replicas_begun_together_but_not_from_tombstones()
    {
        Disk.Capacity = 200 * MiB;
        await ReopenAsync(Disk, reserve: 190 * MiB);
        var big = TestReplica.Of((int)(6 * MiB));
        await using var first = await Store.BeginAsync(TestReplica.Id(5), big.Record);

        await AssertFailsAsync(StorageFailure.Full, async () => await Store.BeginAsync(TestReplica.Id(6), big.Record));

        await first.DisposeAsync();
        await using var second = await Store.BeginAsync(TestReplica.Id(6), big.Record);
        await second.AppendAsync(big.Content);
        Assert.That(await second.CommitAsync(), Is.EqualTo(CommitOutcome.Stored));
        await AssertFailsAsync(StorageFailure.Full, async () => await Store.BeginAsync(TestReplica.Id(7), big.Record));
        await Store.DeleteAsync(TestReplica.Id(7), Noon);
        Assert.That(Store.Find(TestReplica.Id(7))?.State, Is.EqualTo(ReplicaState.Deleted));
        Assert.That(Store.Usage.Failure, Is.Null);
    }

    [Test]
    public async Task Store_calls_itself_full_before_the_reserve_is_touched()
    {
        Disk.Capacity = 300 * MiB;
        await ReopenAsync(Disk, reserve: 100 * MiB);
        Assert.That(Store.Usage.IsFull, Is.False);
        Assert.That(Store.Usage.FreeBytes, Is.InRange(199 * MiB, 200 * MiB));

        Disk.Capacity = 160 * MiB;
        Assert.That(Store.Usage.IsFull, Is.False, "asked within the second");
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Store.Usage.IsFull);
        Assert.That(await PutAsync(5, Replica), Is.EqualTo(CommitOutcome.Stored));

        Disk.Capacity = 50 * MiB;
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((Store.Usage.FreeBytes, Store.Usage.IsFull), Is.EqualTo((0L, true)));
    }

    [Test]
    public async Task Free_space_is_asked_at_most_once_a_second_and_follows_what_is_written()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        var free = Store.Usage.FreeBytes;
        var asked = Disk.SpaceCalls;

        await PutAsync(5, Replica);

        Assert.That(free - Store.Usage.FreeBytes, Is.InRange(Replica.Content.Length, Replica.Content.Length + 1000));
        Assert.That(Disk.SpaceCalls, Is.EqualTo(asked));
        Time.Advance(TimeSpan.FromSeconds(1));
        _ = Store.Usage;
        Assert.That(Disk.SpaceCalls, Is.EqualTo(asked + 1));
    }

    /// <summary>A packed one shows it when it is committed, one in a file of its own as it is written.</summary>
    [Test]
    public async Task Disk_that_runs_full_in_spite_of_the_reserve_is_full_and_goes_on_when_there_is_room([Values] bool isLarge)
    {
        var replica = isLarge ? Large : Replica;
        await using var writer = await Store.BeginAsync(TestReplica.Id(5), replica.Record);
        Disk.Capacity = Disk.BytesUsed + 1000;

        await AssertFailsAsync(StorageFailure.Full, async () =>
        {
            await writer.AppendAsync(replica.Content);
            await writer.CommitAsync();
        });
        await writer.DisposeAsync();
        await Store.RestAsync();

        Assert.That(Disk.FilesIn(Root + "/temp"), Is.Empty);
        Assert.That(Store.Find(TestReplica.Id(5)), Is.Null);
        Assert.That(Store.Usage.IsFull);
        Disk.Capacity = 1L << 40;
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PutAsync(5, replica), Is.EqualTo(CommitOutcome.Stored));
    }
}
