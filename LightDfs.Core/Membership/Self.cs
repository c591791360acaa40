using LightDfs.Identity;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>This machine: its id, this run of it, where it is reached, and how it stands with the others. Thread-safe.</summary>
internal sealed class Self(
    LightDfsOptions options, ulong incarnation, MembershipState membership, ClusterIds clusters, OwnAddresses addresses, Runs runs, Sightings sightings, TimeProvider time) : ISelf
{
    private KeptIdentity? _kept;

    /// <summary>A random number for this run; never zero.</summary>
    public ulong Incarnation { get; } = Math.Max(1, incarnation);

    /// <summary>What is kept of this machine's identity; <see langword="null"/> until its disk is open.</summary>
    public KeptIdentity? Kept
    {
        get => _kept;
        set => clusters.Kept = _kept = value;
    }

    public bool IsOpen => Kept is not null;

    public MachineId? Id => Kept?.Id;

    public UInt128? Cluster => clusters.Id;

    public OwnAddresses Addresses { get; } = addresses;

    public Standing Standing { get; } = new();

    /// <summary>True once everybody was asked.</summary>
    public bool HasAsked { get; set; }

    /// <summary>Why this machine gets no id; <see langword="null"/> when it may get one.</summary>
    public string? BlankBecause { get; set; }

    public Run Run => new(Opened.StartCounter, Incarnation);

    public MachineCard Card => new()
    {
        Machine = Id ?? default,
        Incarnation = Incarnation,
        Start = Opened.StartCounter,
        Cluster = Cluster ?? default,
        HoldsData = clusters.SideHoldsData,
        Membership = membership.View.Map.Digest,
        Clock = time.GetUtcNow(),
    };

    /// <summary>True when nothing is missing but a cluster, because too few answer.</summary>
    public bool LacksOnlyCluster => HasAsked && Id is not null && Cluster is null && Standing.NotServingBecause is null;

    public string? NotServingBecause =>
        Kept is null ? "its disk is not open yet"
        : Id is null ? BlankBecause ?? "it has no id yet: no peer that answers gave it one"
        : Standing.NotServingBecause is { } reason ? reason
        : !HasAsked ? "it is starting: not every peer was asked yet"
        : Cluster is null ? "it belongs to no cluster yet: fewer than half of the listed machines answer"
        : null;

    private KeptIdentity Opened => Kept ?? throw new InvalidOperationException("The machine is not started: its disk is not open.");

    public Refusal? StrangerBecause(MachineCard card) =>
        card.Cluster == default ? new Refusal("the sender belongs to no cluster yet", EndsSoon: true)
        : Cluster is not { } own || !membership.View.Map.Merges.AreOne(card.Cluster, own)
            // A side that never held anything gives way.
            ? new Refusal($"this machine belongs to cluster {Cluster:x32}, the sender to {card.Cluster:x32}", EndsSoon: !(clusters.SideHoldsData && card.HoldsData))
        : !membership.View.Map.Entries.ContainsKey(card.Machine) ? new Refusal("this machine does not know the sender", EndsSoon: true)
        : null;

    /// <summary>True when a machine's membership map may be merged into this one's: they belong together, or one of them belongs nowhere yet.</summary>
    /// <param name="card">The machine.</param>
    /// <param name="map">Its map, which may tell that they belong together since; <see langword="null"/> when it is not known yet.</param>
    public bool MayMerge(MachineCard card, MembershipMap? map = null) => clusters.MayMerge(card, map);

    /// <summary>True when a map tells of a merge that this machine has not heard of yet, and was made by machines that know this one.</summary>
    public bool IsMergedBy(MembershipMap map) => Id is { } id && map.Entries.ContainsKey(id) && clusters.IsNewMerge(map);

    /// <summary>Machines of this cluster that have not heard of an earlier merge yet.</summary>
    public IReadOnlyList<MachineId> BehindAMerge => clusters.Behind(membership.View);

    public void ReachedAt(string address) => Addresses.ReachedAt(address);

    public ValueTask<string?> RefuseRunAsync(MachineCard card, CancellationToken cancellationToken) => runs.RefuseAsync(card, null, cancellationToken);

    public async ValueTask<string?> RefuseAnswerAsync(MachineCard card, string address, CancellationToken cancellationToken) =>
        sightings.Refuse(address, card.Incarnation)
        ?? (card.Machine == default || card.Machine == Id ? null : await runs.RefuseAsync(card, address, cancellationToken).ConfigureAwait(false));

    public ValueTask<MachineId> KeepIdAsync(MachineId proposed, CancellationToken cancellationToken) => Opened.KeepAsync(proposed, cancellationToken);

    public ValueTask FoundClusterAsync(CancellationToken cancellationToken) => clusters.FoundAsync(cancellationToken);

    /// <summary>Keeps the id that the cluster goes by since it was merged, where that was left undone.</summary>
    /// <exception cref="Storage.StorageException">The disk does not take it.</exception>
    public ValueTask KeepClusterAsync(CancellationToken cancellationToken) => clusters.KeepResolvedAsync(cancellationToken);

    public ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken) => clusters.MeetAsync(card, cancellationToken);

    /// <summary>Takes another machine's map in. What it says of this machine is written over, unless it comes from a later run: then this one is a copy, or old.</summary>
    /// <returns>False when that machine belongs to another cluster by now, and nothing was taken in.</returns>
    public ValueTask<bool> MergeAsync(MachineCard from, MembershipMap other, CancellationToken cancellationToken) =>
        clusters.MergeAsync(from, other, stopping => MergeAsync(other, stopping), cancellationToken);

    private async ValueTask MergeAsync(MembershipMap other, CancellationToken cancellationToken)
    {
        if (Id is { } id && other.Entries.TryGetValue(id, out var told) && new Run(told.Self.Value.Start, told.Self.Value.Incarnation) is var run && run.CompareTo(Run) > 0)
        {
            Standing.CopySign("the membership", $"the cluster knows start {run.Start} of machine '{id}' (incarnation {run.Incarnation:x}), and this is start {Run.Start}");
        }
        if (other.Digest != membership.View.Map.Digest)
        {
            await membership.ChangeAsync(map => map.Merge(other) is var merged && Id is { } own && merged.Entries.ContainsKey(own) ? WithSelf(merged, own) : merged, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Writes this machine's own entry of the membership, where it says something new.</summary>
    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        if (Id is { } id)
        {
            await membership.ChangeAsync(map => WithSelf(map, id), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says of this machine that it is away on purpose for so long from now; for no time: that it is not.</summary>
    /// <exception cref="Storage.StorageException">It could not be flushed, and was not said.</exception>
    public async ValueTask SetAwayAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (Id is { } id)
        {
            DateTimeOffset? until = duration == TimeSpan.Zero ? null : time.GetUtcNow() + duration;
            await membership.ChangeAsync(map => WithSelf(map, id, _ => until), cancellationToken).ConfigureAwait(false);
        }
    }

    private MembershipMap WithSelf(MembershipMap map, MachineId id) => WithSelf(map, id, known => known?.AwayAt(time.GetUtcNow()));

    private MembershipMap WithSelf(MembershipMap map, MachineId id, Func<MachineSelf?, DateTimeOffset?> awayUntil)
    {
        var known = map.Entries.TryGetValue(id, out var entry) ? entry.Self.Value : null;
        if (known is not null && new Run(known.Start, known.Incarnation).CompareTo(Run) > 0)
        {
            return map;
        }
        return map.WithSelf(id, new MachineSelf
        {
            Addresses = MachineSelf.Latest(Addresses.Announced.Concat(Addresses.Fit(known?.Addresses ?? []))),
            Zone = options.Zone,
            Weight = options.Weight,
            Start = Opened.StartCounter,
            Incarnation = Incarnation,
            AwayUntil = awayUntil(known),
        });
    }
}
