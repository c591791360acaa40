using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Membership;

/// <summary>
/// Which cluster this machine belongs to. When two meet, a side that never held anything adopts the other's id; of two such sides the smaller id stays; where both hold files,
/// neither gives way. Thread-safe.
/// </summary>
internal sealed class ClusterIds(IReplicaStore store, MembershipState membership, Problems problems, RandomSource random) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, Heard> _heard = [];

    /// <summary>Where the id is kept; <see langword="null"/> until the disk is open.</summary>
    public KeptIdentity? Kept { get; set; }

    public UInt128? Id => Kept?.ClusterId;

    /// <summary>True once this machine, or a member that it heard, has held anything: then its cluster's id stays.</summary>
    public bool SideHoldsData => HoldsData || InCluster((_, heard) => heard.HoldsData) > 0;

    /// <summary>Why this machine takes no files or deletes yet; <see langword="null"/> when it does.</summary>
    public string? StoresNothingBecause =>
        Kept?.Id is { } own && membership.View.IsRemoved(own)
            ? "it was removed from the cluster"
        // Before its first store ever: an id that turned out to be the wrong one could not be changed any more.
        : !HoldsData && !membership.View.IsMajority(1 + InCluster((machine, _) => membership.View.Active.Contains(machine))) ? "it has not yet seen more than half of the machines share its cluster id"
        : null;

    private bool HoldsData => store.Usage is var usage && usage.Replicas + usage.Tombstones > 0;

    /// <summary>Draws the cluster's id, unless one is known.</summary>
    public async ValueTask FoundAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Kept is { ClusterId: null } kept)
            {
                await kept.SetClusterAsync(UInt128.Max(1, random.NextUInt128()), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Another machine introduced itself, proven. Adopts its cluster where that is due, flushed when this returns.</summary>
    public async ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken)
    {
        if (card.Machine == default || card.Machine == Kept?.Id)
        {
            return;
        }
        lock (_lock)
        {
            _heard[card.Machine] = new(card.Cluster, card.HoldsData);
        }
        if (Kept?.Id is null || card.Cluster == default || card.Cluster == Id)
        {
            problems.Set($"cluster {card.Machine}", null);
            return;
        }
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DecideAsync(card, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>True when another machine's membership map may be merged into this one's: they belong together, or one of them belongs nowhere yet.</summary>
    public bool MayMerge(MachineCard card) => card.Cluster == default || Id is not { } own || card.Cluster == own;

    /// <summary>
    /// Lets a machine's map be merged. This machine belongs to its cluster before it takes the map in, also while it has no id yet: with the maps of two clusters it would make one of them.
    /// </summary>
    /// <returns>False when it may not be merged, and was not.</returns>
    public async ValueTask<bool> MergeAsync(MachineCard from, Func<CancellationToken, ValueTask> merge, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Kept is not { } kept || !MayMerge(from))
            {
                return false;
            }
            if (from.Cluster != default)
            {
                await kept.SetClusterAsync(from.Cluster, cancellationToken).ConfigureAwait(false);
            }
            await merge(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private async ValueTask DecideAsync(MachineCard card, CancellationToken cancellationToken)
    {
        if (Kept is not { } kept || kept.ClusterId == card.Cluster)
        {
            return;
        }
        if (kept.ClusterId is not { } own)
        {
            await kept.SetClusterAsync(card.Cluster, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (SideHoldsData)
        {
            if (card.HoldsData)
            {
                Report(card, own, "and both hold files. They refuse each other. Take it off the list of peers, or give it an empty data directory.");
            }
            return;
        }
        if (!card.HoldsData && card.Cluster > own)
        {
            return;
        }
        if (Unheard() is { Count: > 0 } unheard)
        {
            Report(card, own, $"and this machine joins that one only when it knows that its own holds no files: {string.Join(", ", unheard.Select(machine => $"'{machine}'"))} did not say so yet. Start them; or take '{card.Machine}' off the list of peers.");
            return;
        }
        await kept.SetClusterAsync(card.Cluster, cancellationToken).ConfigureAwait(false);
        problems.Set($"cluster {card.Machine}", null);
    }

    private void Report(MachineCard card, UInt128 own, string what) =>
        problems.Report($"cluster {card.Machine}", $"Machine '{card.Machine}' belongs to another cluster ({card.Cluster:x32}, here {own:x32}), {what}");

    /// <summary>Members of this machine's cluster that may hold files, for all it knows.</summary>
    private List<MachineId> Unheard()
    {
        lock (_lock)
        {
            return [.. membership.View.Asked.Where(machine => machine != Kept?.Id && !_heard.ContainsKey(machine))];
        }
    }

    private int InCluster(Func<MachineId, Heard, bool> counts)
    {
        var map = membership.View.Map;
        lock (_lock)
        {
            return _heard.Count(pair => pair.Value.Cluster == Id && map.Entries.ContainsKey(pair.Key) && counts(pair.Key, pair.Value));
        }
    }

    private readonly record struct Heard(UInt128 Cluster, bool HoldsData);
}
