using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    private const int DamagedAt = Pages.Size + 5;

    /// <summary>A damaged page is an error; the others are still good.</summary>
    [Test]
    public async Task Damaged_page_throws_and_the_others_stay_readable()
    {
        var replica = await PutDamaged();
        await using var reader = await Store.OpenReplicaAsync(Id(1));
        var buffer = new byte[10];

        var thrown = await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await reader!.ReadAsync(DamagedAt + 100, buffer));

        Assert.That((thrown!.File, thrown.Offset), Is.EqualTo((Id(1), (long)Pages.Size)));
        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Damaged, replica.Record.Version, replica.Content.Length, default)));
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(default(PartitionDigest)));
        Assert.That(await reader!.ReadAsync(2 * Pages.Size, buffer), Is.EqualTo(10));
        await using var fresh = await Store.OpenReplicaAsync(Id(1));
        Assert.That(await fresh!.ReadAsync(0, buffer), Is.EqualTo(10));
        Assert.That(buffer, Is.EqualTo(replica.Content.AsSpan(0, 10).ToArray()));
        await Assert.ThrowsAsync<ReplicaDamagedException>(async () => await fresh.ReadAsync(0, new byte[replica.Content.Length]));
    }

    /// <summary>Verifying finds damage.</summary>
    [Test]
    public async Task Verify_marks_a_damaged_replica()
    {
        await PutDamaged();

        Assert.That((await Store.VerifyAsync(Id(1)))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(Store.Find(Id(1))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That((Store.Usage.Replicas, Store.Usage.Damaged), Is.EqualTo((1L, 1L)));
    }

    /// <summary>Commit rule: damaged, the same version.</summary>
    [Test]
    public async Task Damaged_replica_is_replaced_by_a_commit_of_its_version()
    {
        var replica = await PutDamaged();
        await Store.VerifyAsync(Id(1));
        var sound = TestReplica.Of(replica.Content.Length);

        Assert.That(await Put(Id(1), sound), Is.EqualTo(CommitOutcome.Stored));

        Assert.That(await Read(Id(1)), Is.EqualTo(sound.Content));
        Assert.That((await Store.VerifyAsync(Id(1)))?.State, Is.EqualTo(ReplicaState.Present));
        Assert.That((Store.Usage.Bytes, Store.Usage.Damaged), Is.EqualTo(((long)replica.Content.Length, 0L)));
    }

    /// <summary>Commit rule: damaged, another version.</summary>
    [Test]
    public async Task Damaged_replica_of_a_known_version_conflicts_with_another()
    {
        var replica = await PutDamaged();
        await Store.VerifyAsync(Id(1));

        Assert.That(await Put(Id(1), TestReplica.Of(replica.Content.Length, 2)), Is.EqualTo(CommitOutcome.Conflict));
    }

    /// <summary>A damaged replica can be deleted.</summary>
    [Test]
    public async Task Damaged_replica_is_deleted_like_any_other()
    {
        await PutDamaged();
        await Store.VerifyAsync(Id(1));

        Assert.That((await Store.DeleteAsync(Id(1), Noon))?.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(await Store.OpenReplicaAsync(Id(1)), Is.Null);
        Assert.That((Store.Usage.Replicas, Store.Usage.Damaged, Store.Usage.Tombstones, Store.Usage.Bytes), Is.EqualTo((0L, 0L, 1L, 0L)));
    }

    /// <summary>An old reader's finding says nothing of what has replaced the replica.</summary>
    [Test]
    public async Task Damage_found_by_a_reader_of_before_the_repair_leaves_the_repaired_alone()
    {
        var replica = await PutDamaged();
        await using var old = await Store.OpenReplicaAsync(Id(1));
        await Store.VerifyAsync(Id(1));
        await Put(Id(1), TestReplica.Of(replica.Content.Length));

        try
        {
            await old!.ReadAsync(DamagedAt, new byte[1]);
        }
        catch (ReplicaDamagedException)
        {
            // Whether an old reader sees the old bytes is the store's own affair; only the mark counts.
        }

        Assert.That(Store.Find(Id(1))?.State, Is.EqualTo(ReplicaState.Present));
    }

    private async Task<TestReplica> PutDamaged()
    {
        var replica = TestReplica.Of((2 * Pages.Size) + 500);
        await Put(Id(1), replica);
        await DamageOrIgnore(Id(1), DamagedAt);
        return replica;
    }
}
