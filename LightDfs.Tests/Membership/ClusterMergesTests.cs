using CsCheck;
using LightDfs.Membership;
using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class ClusterMergesTests
{
    private static readonly UInt128[] Clusters = [1, 2, 3, 4, 5, 6];

    [Test]
    public void Chain_ends_at_the_cluster_that_was_not_merged() =>
        Assert.That(Clusters.Select(Of((1, 3), (3, 2), (4, 3)).Resolve), Is.EqualTo(new UInt128[] { 2, 2, 2, 2, 5, 6 }));

    [Test]
    public void Circle_ends_at_its_smallest_id() => Assert.That(Clusters.Select(Of((3, 5), (5, 2), (2, 3)).Resolve), Is.EqualTo(new UInt128[] { 1, 2, 2, 4, 2, 6 }));

    [Test]
    public void Circle_with_a_way_out_ends_there() => Assert.That(Of((1, 2), (2, 1), (2, 6)).Resolve(1), Is.EqualTo((UInt128)6));

    [Test]
    public void Cluster_merged_into_two_at_once_makes_one_of_all_three() => Assert.That(Clusters.Select(Of((1, 5), (1, 3)).Resolve), Is.EqualTo(new UInt128[] { 3, 2, 3, 4, 3, 6 }));

    [Test]
    public void Joining_is_commutative_associative_and_idempotent() =>
        Gen.Select(Maps.Merges, Maps.Merges, Maps.Merges).Sample((a, b, c) =>
        {
            var (one, other, third) = (Of(a), Of(b), Of(c));
            var merged = one.Merge(other);
            return Written(merged).SequenceEqual(Written(other.Merge(one)))
                && Written(merged.Merge(third)).SequenceEqual(Written(one.Merge(other.Merge(third))))
                && merged.Merge(one) == merged && merged.Merge(other) == merged;
        });

    [Test]
    public void What_an_id_resolves_to_resolves_to_itself_and_is_one_with_it() =>
        Maps.Merges.Sample(pairs => Of(pairs) is var merges
            && Clusters.All(cluster => merges.Resolve(merges.Resolve(cluster)) == merges.Resolve(cluster))
            && pairs.All(pair => merges.AreOne(pair.Former, pair.Successor))
            && Clusters.All(cluster => pairs.Any(pair => pair.Former == cluster || pair.Successor == cluster) || merges.Resolve(cluster) == cluster));

    [Test]
    public void Whoever_adopted_any_id_on_the_way_ends_with_the_same_one() =>
        Gen.Select(Maps.Merges, Maps.Merges).Sample((early, late) => Of(early) is var before && before.Merge(Of(late)) is var all
            && Clusters.All(cluster => all.Resolve(before.Resolve(cluster)) == all.Resolve(cluster)));

    [Test]
    public void Tells_news_only_of_merges_that_are_not_known_and_of_the_cluster_itself()
    {
        var told = Of((1, 2), (5, 6));

        Assert.That(told.TellsNewOf(2, ClusterMerges.None), Is.True);
        Assert.That(told.TellsNewOf(2, Of((1, 2))), Is.False);
        Assert.That(told.TellsNewOf(3, ClusterMerges.None), Is.False);
    }

    [Test]
    public void Pairs_that_are_none_twice_or_out_of_order_are_refused()
    {
        Assert.That(Read(Bytes((1, 2), (3, 2))), Is.True);
        Assert.That(Read(Bytes()), Is.True);
        Assert.That(Read(Bytes((3, 2), (1, 2))), Is.False);
        Assert.That(Read(Bytes((1, 2), (1, 2))), Is.False);
        Assert.That(Read(Bytes((0, 2))), Is.False);
        Assert.That(Read(Bytes((1, 0))), Is.False);
        Assert.That(Read(Bytes((1, 1))), Is.False);
    }

    [Test]
    public void More_pairs_than_fit_are_neither_made_nor_read()
    {
        var pairs = Enumerable.Range(2, ClusterMerges.Most + 1).Select(former => ((UInt128)former, (UInt128)1)).ToArray();
        var full = Of(pairs[1..]);

        Assert.That(full.IsFull, Is.True);
        Assert.That(Read(Bytes(pairs[1..])), Is.True);
        Assert.That(Read(Bytes(pairs)), Is.False);
        Assert.Throws<InvalidOperationException>(() => full.With(2, 1));
        Assert.Throws<InvalidOperationException>(() => full.Merge(Of(pairs[..1])));
    }

    private static ClusterMerges Of(params (UInt128 Former, UInt128 Successor)[] pairs) => pairs.Aggregate(ClusterMerges.None, (merges, pair) => merges.With(pair.Former, pair.Successor));

    private static byte[] Written(ClusterMerges merges)
    {
        var to = new WireWriter();
        merges.Write(to);
        return to.Written.ToArray();
    }

    private static byte[] Bytes(params (UInt128 Former, UInt128 Successor)[] pairs)
    {
        var to = new WireWriter().Int32(pairs.Length);
        foreach (var (former, successor) in pairs)
        {
            to.UInt128(former).UInt128(successor);
        }
        return to.Written.ToArray();
    }

    private static bool Read(byte[] bytes)
    {
        var from = new WireReader(bytes);
        var merges = ClusterMerges.Read(ref from);
        return from.IsComplete && Written(merges).SequenceEqual(bytes);
    }
}
