using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    private static readonly Func<bool> Allowed = () => true;

    /// <summary>What is let go leaves no trace.</summary>
    [Test]
    public async Task Removed_replica_leaves_nothing()
    {
        await Put(Id(1), TestReplica.Of(100));

        var isGone = await Store.RemoveAsync(Store.Find(Id(1))!.Value, Allowed);

        Assert.That(isGone, Is.True);
        Assert.That(Store.Find(Id(1)), Is.Null);
        Assert.That(await Store.OpenReplicaAsync(Id(1)), Is.Null);
        Assert.That(Store.ListPartition(Partitions.Of(Id(1))), Is.Empty);
        Assert.That(Store.List(null, 10), Is.Empty);
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(default(PartitionDigest)));
        Assert.That((Store.Usage.Replicas, Store.Usage.Bytes), Is.EqualTo((0L, 0L)));
        Assert.That(await Put(Id(1), TestReplica.Of(100)), Is.EqualTo(CommitOutcome.Stored));
    }

    /// <summary>A tombstone can be let go too.</summary>
    [Test]
    public async Task Removed_tombstone_leaves_nothing()
    {
        await Put(Id(1), TestReplica.Of(100));
        await Store.DeleteAsync(Id(1), Noon);

        Assert.That(await Store.RemoveAsync(Store.Find(Id(1))!.Value, Allowed), Is.True);
        Assert.That((Store.Find(Id(1)), Store.Usage.Tombstones, Store.DigestOf(Partitions.Of(Id(1)))), Is.EqualTo(((ReplicaStamp?)null, 0L, default(PartitionDigest))));
    }

    /// <summary>Only exactly what was seen is let go.</summary>
    [Test]
    public async Task Nothing_is_removed_that_has_changed_or_may_not_be()
    {
        var (smaller, larger) = TestReplica.Pair(100);
        await Put(Id(1), larger);
        var seen = Store.Find(Id(1))!.Value;

        Assert.That(await Store.RemoveAsync(seen, () => false), Is.False);
        Assert.That(await Store.RemoveAsync(seen with { Version = smaller.Record.Version }, Allowed), Is.False);
        Assert.That(await Read(Id(1)), Is.EqualTo(larger.Content));
        await Store.DeleteAsync(Id(1), Noon);
        Assert.That(await Store.RemoveAsync(seen, Allowed), Is.False);
        Assert.That(Store.Find(Id(1))?.State, Is.EqualTo(ReplicaState.Deleted));
    }

    /// <summary>Forgetting takes a tombstone out of the digest, and nothing else.</summary>
    [Test]
    public async Task Forgotten_tombstone_still_says_deleted()
    {
        await Store.DeleteAsync(Id(1), Noon);
        await Put(Id(2), TestReplica.Of(100));
        var before = Store.DigestOf(Partitions.Of(Id(1)));

        Store.Forget(Id(1));
        Store.Forget(Id(2));
        Store.Forget(Id(3));

        Assert.That(before, Is.Not.EqualTo(default(PartitionDigest)));
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(default(PartitionDigest)));
        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Deleted, 0, 0, Noon) { IsForgotten = true }));
        Assert.That(await Put(Id(1), TestReplica.Of(100)), Is.EqualTo(CommitOutcome.Deleted));
        Assert.That(Store.Find(Id(2))?.State, Is.EqualTo(ReplicaState.Present));
        Assert.That(Store.Usage.Tombstones, Is.EqualTo(1));
        await ReopenOrIgnore();
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(before), "forgetting is not kept");
    }

    /// <summary>Commit rule for copies that other machines hold: the smaller version wins everywhere.</summary>
    [Test]
    public async Task Mending_copy_of_a_smaller_version_replaces_and_sets_the_larger_aside()
    {
        var (smaller, larger) = TestReplica.Pair(100);
        await Put(Id(1), larger);

        var outcome = await Put(Id(1), smaller, CommitMode.Mend);

        Assert.That(outcome, Is.EqualTo(CommitOutcome.Stored));
        Assert.That(await Read(Id(1)), Is.EqualTo(smaller.Content));
        Assert.That(Store.ListSetAside().Single() with { At = default }, Is.EqualTo(new SetAsideReplica(Id(1), larger.Record.Version, 100, SetAsideReason.Clash, default)));
        Assert.That(await ReadAside(Id(1), larger.Record.Version), Is.EqualTo(larger.Content));
        Assert.That(Store.Usage.Replicas, Is.EqualTo(1));
    }

    /// <summary>Commit rule for copies that other machines hold.</summary>
    [Test]
    public async Task Mending_copy_of_a_larger_version_is_a_conflict_and_of_the_same_is_stored_already()
    {
        var (smaller, larger) = TestReplica.Pair(100);
        await Put(Id(1), smaller);

        Assert.That(await Put(Id(1), larger, CommitMode.Mend), Is.EqualTo(CommitOutcome.Conflict));
        Assert.That(await Put(Id(1), smaller, CommitMode.Mend), Is.EqualTo(CommitOutcome.AlreadyStored));
        Assert.That(Store.ListSetAside(), Is.Empty);
        await Store.DeleteAsync(Id(1), Noon);
        Assert.That(await Put(Id(1), smaller, CommitMode.Mend), Is.EqualTo(CommitOutcome.Deleted));
    }

    /// <summary>What is set aside counts for nothing, and is kept.</summary>
    [Test]
    public async Task Set_aside_replica_is_kept_listed_and_not_served()
    {
        var replica = TestReplica.Of(100_000);
        await Put(Id(1), replica);

        var isAside = await Store.SetAsideAsync(Store.Find(Id(1))!.Value, SetAsideReason.Unknown, Allowed);

        Assert.That(isAside, Is.True);
        Assert.That((Store.Find(Id(1)), await Store.OpenReplicaAsync(Id(1)), Store.Usage.Replicas), Is.EqualTo(((ReplicaStamp?)null, (IReplicaReader?)null, 0L)));
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(default(PartitionDigest)));
        Assert.That((Store.HasSetAside(Id(1)), Store.HasSetAside(Id(2))), Is.EqualTo((true, false)));
        Assert.That(Store.ListSetAside().Single().Reason, Is.EqualTo(SetAsideReason.Unknown));
        Assert.That(await ReadAside(Id(1), replica.Record.Version), Is.EqualTo(replica.Content));
        var before = Store.ListSetAside();
        await ReopenOrIgnore();
        Assert.That(Store.ListSetAside(), Is.EqualTo(before));
        Assert.That(await ReadAside(Id(1), replica.Record.Version), Is.EqualTo(replica.Content));
    }

    /// <summary>Only exactly what was seen is set aside.</summary>
    [Test]
    public async Task Nothing_is_set_aside_that_has_changed_or_may_not_be()
    {
        await Put(Id(1), TestReplica.Of(100));
        var seen = Store.Find(Id(1))!.Value;

        Assert.That(await Store.SetAsideAsync(seen, SetAsideReason.Unknown, () => false), Is.False);
        await Store.DeleteAsync(Id(1), Noon);

        Assert.That(await Store.SetAsideAsync(seen, SetAsideReason.Unknown, Allowed), Is.False);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SetAsideAsync(Store.Find(Id(1))!.Value, SetAsideReason.Unknown, Allowed));
        Assert.That(Store.ListSetAside(), Is.Empty);
    }

    /// <summary>What is set aside can be thrown away, and the same version stored and set aside again.</summary>
    [Test]
    public async Task Set_aside_replica_can_be_discarded()
    {
        var replica = TestReplica.Of(100);
        for (var round = 0; round < 2; round++)
        {
            await Put(Id(1), replica);
            await Store.SetAsideAsync(Store.Find(Id(1))!.Value, SetAsideReason.Unknown, Allowed);
        }
        Assert.That(Store.ListSetAside(), Has.Count.EqualTo(1));

        Assert.That(await Store.DiscardSetAsideAsync(Id(1), replica.Record.Version + 1), Is.False);
        Assert.That(await Store.DiscardSetAsideAsync(Id(1), replica.Record.Version), Is.True);
        Assert.That((Store.ListSetAside().Count, Store.HasSetAside(Id(1)), await Store.OpenSetAsideAsync(Id(1), replica.Record.Version)), Is.EqualTo((0, false, (IReplicaReader?)null)));
    }

    private async Task<byte[]> ReadAside(FileId id, UInt128 version)
    {
        await using var reader = await Store.OpenSetAsideAsync(id, version);
        var content = new byte[reader!.Record.ReplicaLength];
        Assert.That(await reader.ReadAsync(0, content), Is.EqualTo(content.Length));
        return content;
    }
}
