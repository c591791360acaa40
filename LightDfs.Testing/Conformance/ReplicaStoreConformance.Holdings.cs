using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    /// <summary>Order and paging.</summary>
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(1000)]
    public async Task List_in_pages_gives_everything_once_in_id_order(int limit)
    {
        var numbers = Enumerable.Range(1, 60).ToArray();
        new Random(9).Shuffle(numbers);
        foreach (var number in numbers)
        {
            if (number % 3 == 0)
            {
                await Store.DeleteAsync(Id(number), Noon);
            }
            else
            {
                await Put(Id(number), TestReplica.Of(number));
            }
        }

        var listed = new List<ReplicaStamp>();
        while (Store.List(listed.Count == 0 ? null : listed[^1].Id, limit) is { Count: > 0 } page)
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(limit));
            listed.AddRange(page);
        }

        Assert.That(listed.Select(stamp => stamp.Id), Is.EqualTo(Enumerable.Range(1, 60).Select(Id)));
        Assert.That(listed, Is.EqualTo(listed.Select(stamp => Store.Find(stamp.Id)!.Value)));
        Assert.That(Store.List(null, 0), Is.Empty);
        Assert.That(Store.List(Id(60), 5), Is.Empty);
    }

    /// <summary>Partitions.</summary>
    [Test]
    public async Task ListPartition_gives_what_falls_into_it_in_id_order()
    {
        var partition = Partitions.Of(Id(1));
        var inside = Enumerable.Range(1, int.MaxValue).Where(number => Partitions.Of(Id(number)) == partition).Take(4).Reverse().ToList();
        foreach (var number in inside)
        {
            await Put(Id(number), TestReplica.Of(10));
        }
        await Put(Id(Enumerable.Range(1, int.MaxValue).First(number => Partitions.Of(Id(number)) != partition)), TestReplica.Of(10));

        Assert.That(Store.ListPartition(partition).Select(stamp => stamp.Id), Is.EqualTo(inside.Order().Select(Id)));
        Assert.That(Store.ListPartition((partition + 1) % Partitions.Count).Select(stamp => Partitions.Of(stamp.Id)), Has.None.EqualTo(partition));
    }

    /// <summary>The digest is what <see cref="PartitionDigest"/> says it is.</summary>
    [Test]
    public async Task Digest_follows_its_definition_through_random_operations()
    {
        var partition = Partitions.Of(Id(1));
        var inside = Enumerable.Range(1, int.MaxValue).Where(number => Partitions.Of(Id(number)) == partition).Take(3).ToList();
        var random = new Random(11);
        Assert.That(Store.DigestOf(partition), Is.EqualTo(default(PartitionDigest)));

        for (var step = 0; step < 30; step++)
        {
            var id = Id(inside[random.Next(inside.Count)]);
            if (random.Next(6) == 0 && Store.Find(id) is { } held)
            {
                await Store.RemoveAsync(held, Allowed);
            }
            else if (random.Next(6) == 0)
            {
                Store.Forget(id);
            }
            else if (random.Next(3) == 0)
            {
                await Store.DeleteAsync(id, Noon.AddMinutes(random.Next(5)));
            }
            else
            {
                await Put(id, TestReplica.Of(20, random.Next(3)));
            }
            Assert.That(Store.DigestOf(partition), Is.EqualTo(DigestByDefinition(partition)), $"step {step}");
            Assert.That(
                Store.ListPartitions(), Is.EqualTo(Store.ListPartition(partition).Count == 0 ? [] : new[] { HeldByDefinition(partition) }), $"step {step}");
        }
        await Store.DeleteAsync(Id(1), Noon);
        Assert.That(Store.DigestOf(partition).Deleted, Is.Not.EqualTo(UInt128.Zero));
        await ReopenOrIgnore();
        Assert.That(Store.DigestOf(partition), Is.EqualTo(DigestByDefinition(partition)), "rebuilt from what is kept");
    }

    /// <summary>What has expired is known without reading it, in order, and is gone from the list when it is deleted, removed or replaced.</summary>
    [Test]
    public async Task ListExpired_gives_the_longest_expired_first()
    {
        foreach (var (number, minutes) in new (int, int?)[] { (1, 30), (2, 10), (3, null), (4, 10), (5, 20), (6, 5), (7, 40), (8, 7) })
        {
            var replica = TestReplica.Of(10, number);
            await Put(Id(number), replica with { Record = replica.Record with { ExpiresAt = minutes is { } count ? Noon.AddMinutes(count) : null } });
        }
        await Store.DeleteAsync(Id(6), Noon);
        await Store.SetAsideAsync(Store.Find(Id(8))!.Value, SetAsideReason.Unknown, Allowed);

        AssertExpired();
        await Store.RemoveAsync(Store.Find(Id(7))!.Value, Allowed);
        Assert.That(Store.ListExpired(Noon.AddYears(1), 100), Has.Count.EqualTo(4));
        await Put(Id(7), TestReplica.Of(10, 7) with { Record = TestReplica.Of(10, 7).Record with { ExpiresAt = Noon.AddMinutes(40) } });
        await ReopenOrIgnore();
        AssertExpired();

        void AssertExpired()
        {
            Assert.That(Store.ListExpired(Noon.AddMinutes(20), 100), Is.EqualTo(new[] { Id(2), Id(4), Id(5) }));
            Assert.That(Store.ListExpired(Noon.AddMinutes(20).AddMilliseconds(-1), 100), Is.EqualTo(new[] { Id(2), Id(4) }));
            Assert.That(Store.ListExpired(Noon.AddYears(1), 2), Is.EqualTo(new[] { Id(2), Id(4) }));
            Assert.That(Store.ListExpired(Noon.AddYears(1), 100), Has.Count.EqualTo(5));
            Assert.That(Store.ListExpired(Noon, 0), Is.Empty);
            Assert.That(() => Store.ListExpired(Noon, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    /// <summary>Numbers out of range are refused.</summary>
    [Test]
    public void Partition_out_of_range_is_refused()
    {
        Assert.That(() => Store.DigestOf(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Store.DigestOf(Partitions.Count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Store.ListPartition(Partitions.Count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Store.List(null, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Counters.</summary>
    [Test]
    public async Task Usage_counts_replicas_tombstones_and_bytes()
    {
        await Put(Id(1), TestReplica.Of(100));
        await Put(Id(2), TestReplica.Of(50));
        await Put(Id(3), TestReplica.Of(7));
        await Put(Id(3), TestReplica.Of(7));
        await Store.DeleteAsync(Id(2), Noon);
        await Store.DeleteAsync(Id(9), Noon);

        var usage = Store.Usage;
        Assert.That((usage.Replicas, usage.Tombstones, usage.Bytes), Is.EqualTo((2L, 2L, 107L)));
        Assert.That(usage.Failure, Is.Null);
        Assert.That(usage.FreeBytes, Is.GreaterThan(0));
    }

    /// <summary>Documents.</summary>
    [Test]
    public async Task Document_saved_is_loaded_and_replaced()
    {
        Assert.That(await Store.LoadDocumentAsync("cluster-map"), Is.Null);

        await Store.SaveDocumentAsync("cluster-map", new byte[] { 1, 2, 3 });
        await Store.SaveDocumentAsync("other", ReadOnlyMemory<byte>.Empty);
        Assert.That((await Store.LoadDocumentAsync("cluster-map"))?.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That((await Store.LoadDocumentAsync("other"))?.ToArray(), Is.Empty);

        await Store.SaveDocumentAsync("cluster-map", new byte[] { 4 });
        Assert.That((await Store.LoadDocumentAsync("cluster-map"))?.ToArray(), Is.EqualTo(new byte[] { 4 }));
    }

    /// <summary>Names of documents are no paths.</summary>
    [TestCase("")]
    [TestCase("../up")]
    [TestCase("Upper")]
    [TestCase("a/b")]
    [TestCase("a234567890")]
    [TestCase("abcdefghijabcdefghijabcdefghijabc")]
    public async Task Document_name_outside_the_rule_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SaveDocumentAsync(name, new byte[1]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.LoadDocumentAsync(name));
    }

    /// <summary>A document has a limit.</summary>
    [Test]
    public async Task Document_over_its_limit_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SaveDocumentAsync("big", new byte[(16 * 1024 * 1024) + 1]));

    /// <summary>What was acknowledged is there after a restart.</summary>
    [Test]
    public async Task Restart_brings_back_everything_acknowledged()
    {
        var replica = TestReplica.Of(Pages.Size + 1);
        await Put(Id(1), replica);
        await Put(Id(2), replica);
        await Put(Id(3), TestReplica.Of(0));
        await Store.DeleteAsync(Id(2), Noon);
        await Store.SaveDocumentAsync("doc", new byte[] { 9 });
        var (stamps, usage) = (Store.List(null, 100), Store.Usage);
        var digests = stamps.Select(stamp => Store.DigestOf(Partitions.Of(stamp.Id))).ToList();

        await ReopenOrIgnore();

        Assert.That(Store.List(null, 100), Is.EqualTo(stamps));
        Assert.That(stamps.Select(stamp => Store.DigestOf(Partitions.Of(stamp.Id))), Is.EqualTo(digests));
        Assert.That((Store.Usage.Replicas, Store.Usage.Tombstones, Store.Usage.Bytes), Is.EqualTo((usage.Replicas, usage.Tombstones, usage.Bytes)));
        Assert.That(await Read(Id(1)), Is.EqualTo(replica.Content));
        Assert.That((await Store.LoadDocumentAsync("doc"))?.ToArray(), Is.EqualTo(new byte[] { 9 }));
        Assert.That(await Put(Id(2), replica), Is.EqualTo(CommitOutcome.Deleted));
        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.AlreadyStored));
    }

    private HeldPartition HeldByDefinition(int partition)
    {
        var held = Store.ListPartition(partition);
        var tombstones = held.Count(stamp => stamp.State == ReplicaState.Deleted);
        return new HeldPartition(partition, DigestByDefinition(partition), held.Count - tombstones, tombstones, held.Sum(stamp => stamp.Length));
    }

    private PartitionDigest DigestByDefinition(int partition)
    {
        UInt128 present = 0, deleted = 0;
        foreach (var stamp in Store.ListPartition(partition))
        {
            var bytes = new byte[33];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, stamp.Id.Value);
            bytes[16] = (byte)stamp.State;
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(17), stamp.Version);
            present ^= stamp.State == ReplicaState.Present ? XxHash128.HashToUInt128(bytes) : 0;
            deleted ^= stamp is { State: ReplicaState.Deleted, IsForgotten: false } ? XxHash128.HashToUInt128(bytes) : 0;
        }
        return new PartitionDigest(present, deleted);
    }
}
