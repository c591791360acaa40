using System.Buffers.Binary;
using System.IO.Hashing;
using CsCheck;
using LightDfs.Repair.Comparing;
using LightDfs.Storage;
using LightDfs.Storage.Index;
using LightDfs.Tests.Files;
using LightDfs.Tests.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Repair.Comparing;

/// <summary>The tree is what its definition says, whatever is held and however it came there: two machines agree by its root alone.</summary>
public sealed class DigestTreeProperties
{
    /// <summary>Few ids and versions, so that things meet.</summary>
    private static readonly Gen<ReplicaStamp[]> Holdings = Gen.Select(
            Gen.Int[0, 30].Select(number => SampleIds.Create(seed: (ulong)number)), Gen.Bool, Gen.Int[1, 3],
            (id, isDeleted, version) => isDeleted ? new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, Samples.Time) : new ReplicaStamp(id, ReplicaState.Present, (UInt128)version, 1, default))
        .Array[0, 20].Select(stamps => stamps.DistinctBy(stamp => stamp.Id).ToArray());

    [Test]
    public void Root_and_groups_are_those_of_the_definition() => Holdings.Sample(held =>
    {
        var index = IndexOf(held);
        var tree = new DigestTree(index.ListPartitions(), partition => partition % 2 == 0);

        var groups = new UInt128[DigestTree.Groups];
        foreach (var one in index.ListPartitions().Where(one => one.Partition % 2 == 0))
        {
            var bytes = new byte[34];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)one.Partition);
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(2), one.Digest.Present);
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(18), one.Digest.Deleted);
            groups[one.Partition >> 8] ^= XxHash128.HashToUInt128(bytes);
        }
        var all = new byte[DigestTree.Groups * 16];
        for (var group = 0; group < groups.Length; group++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(all.AsSpan(group * 16), groups[group]);
        }
        Assert.That(Enumerable.Range(0, DigestTree.Groups).Select(tree.OfGroup), Is.EqualTo(groups));
        Assert.That(tree.Root, Is.EqualTo(XxHash128.HashToUInt128(all)));
    }, iter: 500);

    [Test]
    public void Roots_are_equal_just_when_the_same_is_held_in_whatever_order_it_came() => Gen.Select(Holdings, Holdings, Gen.Int).Sample((one, other, seed) =>
    {
        var shuffled = one.ToArray();
        new Random(seed).Shuffle(shuffled);
        var detour = IndexOf(other);
        foreach (var gone in other)
        {
            detour.Remove(gone.Id);
        }
        Array.ForEach(shuffled, stamp => detour.Put(stamp));

        Assert.That(RootOf(detour), Is.EqualTo(RootOf(IndexOf(one))));
        Assert.That(RootOf(IndexOf(one)) == RootOf(IndexOf(other)), Is.EqualTo(one.ToHashSet().SetEquals(other)));
    }, iter: 500);

    private static ReplicaIndex IndexOf(ReplicaStamp[] held)
    {
        var index = new ReplicaIndex();
        Array.ForEach(held, stamp => index.Put(stamp));
        return index;
    }

    private static UInt128 RootOf(ReplicaIndex index) => new DigestTree(index.ListPartitions(), _ => true).Root;
}
