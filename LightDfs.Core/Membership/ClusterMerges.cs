using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Which clusters were merged into which others, as operators said: pairs of ids that are only ever added. What is joined by pairs is one cluster, and all of it goes by one id that follows
/// from the pairs alone, so that machines agree on it in whatever order they hear. Immutable; joining is commutative, associative and idempotent.
/// </summary>
internal sealed class ClusterMerges
{
    /// <summary>Most pairs: merging is rare, and nothing forgets it.</summary>
    public const int Most = 1024;

    private const int PairBytes = 16 + 16;
    private readonly ImmutableSortedSet<(UInt128 Former, UInt128 Successor)> _pairs;
    private readonly Dictionary<UInt128, UInt128> _ids;

    private ClusterMerges(ImmutableSortedSet<(UInt128 Former, UInt128 Successor)> pairs)
    {
        _pairs = pairs.Count <= Most ? pairs : throw new InvalidOperationException(
            $"More than {Most} merges of clusters come together here, which is more than a membership map holds. Nothing was changed.");
        _ids = Resolved(pairs);
    }

    public static ClusterMerges None { get; } = new([]);

    public bool IsEmpty => _pairs.Count == 0;

    public bool IsFull => _pairs.Count >= Most;

    /// <summary>The id that a cluster goes by now: its own unless it was merged, and then one that never was, or the smallest of all where each was.</summary>
    public UInt128 Resolve(UInt128 cluster) => _ids.TryGetValue(cluster, out var now) ? now : cluster;

    public bool AreOne(UInt128 one, UInt128 other) => Resolve(one) == Resolve(other);

    /// <summary>The same pairs and this one. Itself when nothing changes.</summary>
    /// <exception cref="InvalidOperationException">It is full.</exception>
    public ClusterMerges With(UInt128 former, UInt128 successor) => With(_pairs.Add((former, successor)));

    /// <summary>The pairs of both. Itself when the other one has none besides.</summary>
    /// <exception cref="InvalidOperationException">Together they are too many.</exception>
    public ClusterMerges Merge(ClusterMerges other) => With(_pairs.Union(other._pairs));

    /// <summary>True when this tells of a merge, not among those known, that this cluster is part of.</summary>
    public bool TellsNewOf(UInt128 cluster, ClusterMerges known) => _pairs.Except(known._pairs).Any(pair => AreOne(pair.Former, cluster));

    /// <summary>Encoding: how many, then of each pair both ids; ascending.</summary>
    public void Write(WireWriter to)
    {
        to.Int32(_pairs.Count);
        foreach (var (former, successor) in _pairs)
        {
            to.UInt128(former).UInt128(successor);
        }
    }

    public static ClusterMerges Read(ref WireReader from)
    {
        var count = from.Count(PairBytes);
        if (count > Most)
        {
            from.Fail();
        }
        var pairs = ImmutableSortedSet.CreateBuilder<(UInt128 Former, UInt128 Successor)>();
        var last = default((UInt128 Former, UInt128 Successor));
        for (; count > 0 && !from.HasFailed; count--)
        {
            var pair = (Former: from.UInt128(), Successor: from.UInt128());
            if (pair.CompareTo(last) <= 0 || pair.Former == 0 || pair.Successor == 0 || pair.Former == pair.Successor)
            {
                from.Fail();
            }
            pairs.Add(last = pair);
        }
        return from.HasFailed || pairs.Count == 0 ? None : new ClusterMerges(pairs.ToImmutable());
    }

    private ClusterMerges With(ImmutableSortedSet<(UInt128 Former, UInt128 Successor)> pairs) => pairs.Count == _pairs.Count ? this : new ClusterMerges(pairs);

    private static Dictionary<UInt128, UInt128> Resolved(ImmutableSortedSet<(UInt128 Former, UInt128 Successor)> pairs)
    {
        var joined = new Dictionary<UInt128, List<UInt128>>();
        foreach (var (former, successor) in pairs)
        {
            var (one, other) = (GroupOf(former), GroupOf(successor));
            if (one != other)
            {
                one.AddRange(other);
                other.ForEach(cluster => joined[cluster] = one);
            }
        }
        var merged = pairs.Select(pair => pair.Former).ToHashSet();
        var resolved = new Dictionary<UInt128, UInt128>();
        foreach (var group in joined.Values.Distinct())
        {
            // Two commands against each other, given at the same time, leave none that was not merged.
            var never = group.Where(cluster => !merged.Contains(cluster)).ToList();
            var now = (never.Count > 0 ? never : group).Min();
            group.ForEach(cluster => resolved[cluster] = now);
        }
        return resolved;

        List<UInt128> GroupOf(UInt128 cluster)
        {
            if (!joined.TryGetValue(cluster, out var group))
            {
                joined[cluster] = group = [cluster];
            }
            return group;
        }
    }
}
