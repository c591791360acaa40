using System.Runtime.CompilerServices;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Storage.Index;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class ReplicaIndexTests
{
    [Test]
    public void Index_after_random_changes_equals_one_built_anew()
    {
        var random = new Random(17);
        var index = new ReplicaIndex();
        for (var step = 0; step < 20_000; step++)
        {
            var id = TestReplica.Id(random.Next(500));
            if (random.Next(4) == 0 && index.Held(id) is { } held)
            {
                index.MarkDamaged(id, held.Generation);
            }
            else
            {
                index.Put(random.Next(3) == 0
                    ? new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, DateTimeOffset.UnixEpoch.AddDays(random.Next(5)))
                    : new ReplicaStamp(id, ReplicaState.Present, (UInt128)random.Next(1, 5), random.Next(100), default));
            }
        }

        var stamps = index.List(null, int.MaxValue);
        var anew = new ReplicaIndex();
        foreach (var stamp in stamps.Reverse())
        {
            anew.Put(stamp);
        }

        Assert.That(stamps, Has.Count.EqualTo(500));
        Assert.That(anew.List(null, int.MaxValue), Is.EqualTo(stamps));
        Assert.That(anew.Totals, Is.EqualTo(index.Totals));
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            if (index.DigestOf(partition) != anew.DigestOf(partition) || !index.ListPartition(partition).SequenceEqual(anew.ListPartition(partition)))
            {
                Assert.Fail($"Partition {partition} differs.");
            }
        }
    }

    [Test]
    public void Damage_of_an_older_generation_is_not_marked()
    {
        var index = new ReplicaIndex();
        var stamp = new ReplicaStamp(TestReplica.Id(1), ReplicaState.Present, 5, 10, default);
        index.Put(stamp);
        var old = index.Held(stamp.Id)!.Value.Generation;
        index.Put(stamp);

        Assert.That(index.MarkDamaged(stamp.Id, old), Is.False);
        Assert.That(index.Find(stamp.Id), Is.EqualTo(stamp));
    }

    [Test]
    public void Ten_million_files_are_kept_in_80_bytes_each() => Assert.That(Unsafe.SizeOf<IndexSlot>(), Is.EqualTo(80), "What the index keeps of an id, without the room to grow: docs/performance.md.");
}
