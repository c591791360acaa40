using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Membership;

/// <summary>
/// Which cluster this machine belongs to. When two meet, a side that never held anything adopts the other's id; of two such sides the smaller id stays; where both hold files,
/// neither gives way, unless an operator has merged them: then the membership says what id both go by. Thread-safe.
/// </summary>
internal sealed class ClusterIds(IReplicaStore store, MembershipState membership, Problems problems, RandomSource random) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, UInt128> _heard = [];
    private readonly HashSet<MachineId> _holding = [];
    private readonly HashSet<MachineId> _reported = [];

    /// <summary>Where the id is kept; <see langword="null"/> until the disk is open.</summary>
    public KeptIdentity? Kept { get; set; }

    /// <summary>The cluster's id now. What is kept resolved by the membership, which is flushed first: so it changes in the moment in which the machines of both clusters are known.</summary>
    public UInt128? Id => Kept?.ClusterId is { } kept ? Merges.Resolve(kept) : null;

    /// <summary>True once this machine, or a member that it heard, has held anything: then its cluster's id stays.</summary>
    public bool SideHoldsData => HoldsData || IsDataHeld;

    /// <summary>Why this machine takes no files or deletes yet; <see langword="null"/> when it does.</summary>
    public Refusal? StoresNothingBecause =>
        Kept?.Id is { } own && membership.View.IsRemoved(own)
            ? new Refusal("it was removed from the cluster")
        // Before its first store ever: an id that turned out to be the wrong one could not be changed any more.
        : !IsSettled ? new Refusal("it has not yet seen more than half of the machines share its cluster id", EndsSoon: true)
        : null;

    /// <summary>False while this machine, which holds nothing yet, may still turn out to belong to another cluster: machines that start together agree on an id within moments.</summary>
    private bool IsSettled => HoldsData || membership.View.IsMajority(1 + ActiveInCluster);

    private ClusterMerges Merges => membership.View.Map.Merges;

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
            _heard[card.Machine] = card.Cluster;
            _ = card.HoldsData ? _holding.Add(card.Machine) : _holding.Remove(card.Machine);
        }
        if (Kept?.Id is null || card.Cluster == default || (Id is { } id && Merges.AreOne(card.Cluster, id)))
        {
            Settle(card.Machine);
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

    /// <summary>True when another machine's membership map may be merged into this one's: they belong together, by what either map says, or one of them belongs nowhere yet.</summary>
    /// <param name="card">The other machine.</param>
    /// <param name="map">Its map; <see langword="null"/> when it is not known yet.</param>
    public bool MayMerge(MachineCard card, MembershipMap? map) =>
        card.Cluster == default || Id is not { } own || card.Cluster == own || (map is null ? Merges : Merges.Merge(map.Merges)).AreOne(card.Cluster, own);

    /// <summary>True when a map tells of a merge that this machine's cluster is part of, and that this machine has not heard of yet.</summary>
    public bool IsNewMerge(MembershipMap map) => Id is { } own && map.Merges.TellsNewOf(own, Merges);

    /// <summary>
    /// Lets a machine's map be merged. This machine belongs to its cluster before it takes the map in, also while it has no id yet: with the maps of two clusters it would make one of them.
    /// Where two clusters become one it is the other way round: the map is what says so, and it names the machines of both. Killed in between, the machine finds it in its map.
    /// </summary>
    /// <returns>False when it may not be merged, and was not.</returns>
    public async ValueTask<bool> MergeAsync(MachineCard from, MembershipMap map, Func<CancellationToken, ValueTask> merge, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Kept is not { } kept || !MayMerge(from, map))
            {
                return false;
            }
            if (from.Cluster != default && kept.ClusterId is null)
            {
                await kept.SetClusterAsync(Merges.Merge(map.Merges).Resolve(from.Cluster), cancellationToken).ConfigureAwait(false);
            }
            await merge(cancellationToken).ConfigureAwait(false);
            await KeepResolvedAsync(kept, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Keeps the id that the cluster goes by, where the membership tells another one than is kept: what a run that was killed, or a disk that refused, has left undone.</summary>
    /// <exception cref="StorageException">The disk does not take it; the membership tells it all the same.</exception>
    public async ValueTask KeepResolvedAsync(CancellationToken cancellationToken)
    {
        if (Kept?.ClusterId == Id)
        {
            return;
        }
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Kept is { } kept)
            {
                await KeepResolvedAsync(kept, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Machines of a map that told the id of another cluster, though it is this one by now: they have not heard of a merge yet.</summary>
    public IReadOnlyList<MachineId> Behind(ClusterView view)
    {
        lock (_lock)
        {
            return [.. view.Asked.Where(machine => machine != Kept?.Id && _heard.TryGetValue(machine, out var cluster) && cluster != default && cluster != Id)];
        }
    }

    public void Dispose() => _changing.Dispose();

    private async ValueTask KeepResolvedAsync(KeptIdentity kept, CancellationToken cancellationToken)
    {
        if (kept.ClusterId is { } known)
        {
            await kept.SetClusterAsync(Merges.Resolve(known), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask DecideAsync(MachineCard card, CancellationToken cancellationToken)
    {
        // Never one that was merged: the other machine has not heard of it yet.
        var other = Merges.Resolve(card.Cluster);
        if (Kept is not { } kept || Id == other)
        {
            return;
        }
        if (Id is not { } own)
        {
            await kept.SetClusterAsync(other, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (SideHoldsData)
        {
            if (card.HoldsData)
            {
                Report(card, own, "and both hold files. They refuse each other. Take it off the list of peers; give it an empty data directory; or merge the two clusters (MembershipChange.MergeInto).");
            }
            return;
        }
        if (!card.HoldsData && other > own)
        {
            return;
        }
        if (Unheard() is { Count: > 0 } unheard)
        {
            Report(card, own, $"and this machine joins that one only when it knows that its own holds no files: {string.Join(", ", unheard.Select(machine => $"'{machine}'"))} did not say so yet. Start them; or take '{card.Machine}' off the list of peers.");
            return;
        }
        await kept.SetClusterAsync(other, cancellationToken).ConfigureAwait(false);
        Settle(card.Machine);
    }

    private void Report(MachineCard card, UInt128 own, string what)
    {
        // In this order: whoever settles it meanwhile leaves it to the next one who does.
        problems.Report(ProblemWith(card.Machine), $"Machine '{card.Machine}' belongs to another cluster ({card.Cluster:x32}, here {own:x32}), {what}");
        lock (_lock)
        {
            _reported.Add(card.Machine);
        }
    }

    /// <summary>There is no trouble with it, or none any more. Called for every request: so it says so only once.</summary>
    private void Settle(MachineId machine)
    {
        bool wasReported;
        lock (_lock)
        {
            wasReported = _reported.Remove(machine);
        }
        if (wasReported)
        {
            problems.Set(ProblemWith(machine), null);
        }
    }

    private static string ProblemWith(MachineId machine) => $"cluster {machine}";

    /// <summary>Members of this machine's cluster that may hold files, for all it knows.</summary>
    private List<MachineId> Unheard()
    {
        lock (_lock)
        {
            return [.. membership.View.Asked.Where(machine => machine != Kept?.Id && !_heard.ContainsKey(machine))];
        }
    }

    /// <summary>Asked for every request: so only of those that told it.</summary>
    private bool IsDataHeld
    {
        get
        {
            lock (_lock)
            {
                return _holding.Any(InThisCluster());
            }
        }
    }

    /// <summary>Active machines that this one heard of its own cluster.</summary>
    private int ActiveInCluster
    {
        get
        {
            var active = membership.View.Active;
            lock (_lock)
            {
                return _heard.Keys.Where(active.Contains).Count(InThisCluster());
            }
        }
    }

    /// <summary>Under the lock: whether a machine that was heard belongs to this machine's cluster.</summary>
    private Func<MachineId, bool> InThisCluster()
    {
        var (map, own) = (membership.View.Map, Id);
        return machine => own is { } id && map.Merges.AreOne(_heard[machine], id) && map.Entries.ContainsKey(machine);
    }
}
