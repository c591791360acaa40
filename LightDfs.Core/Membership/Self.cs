using System.Collections.Immutable;
using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Membership;

/// <summary>This machine: its id, this run of it, its own addresses, and the cluster it belongs to. Thread-safe.</summary>
internal sealed class Self(
    LightDfsOptions options, IReplicaStore store, MembershipState membership, Problems problems, TimeProvider time, RandomSource random) : ISelf, IDisposable
{
    private readonly SemaphoreSlim _joining = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, UInt128> _clusters = [];
    private ImmutableArray<string> _addresses = [];

    /// <summary>A random number for this run; never zero.</summary>
    public ulong Incarnation { get; } = Math.Max(1, random.NextUInt64());

    /// <summary>What is kept of this machine's identity; <see langword="null"/> until its disk is open.</summary>
    public KeptIdentity? Kept { get; set; }

    public bool IsOpen => Kept is not null;

    public MachineId? Id => Kept?.Id;

    public UInt128? Cluster => Kept?.ClusterId;

    /// <summary>The addresses at which this run was reached.</summary>
    public ImmutableArray<string> Addresses
    {
        get
        {
            lock (_lock)
            {
                return _addresses;
            }
        }
    }

    /// <summary>True once everybody was asked.</summary>
    public bool HasAsked { get; set; }

    public bool HoldsData => store.Usage is var usage && usage.Replicas + usage.Tombstones > 0;

    public MachineCard Card => new()
    {
        Machine = Id ?? default,
        Incarnation = Incarnation,
        Start = Opened.StartCounter,
        Cluster = Cluster ?? default,
        HoldsData = HoldsData,
        Membership = membership.View.Map.Digest,
        Clock = time.GetUtcNow(),
    };

    public string? NotServingBecause =>
        Kept is null ? "its disk is not open yet"
        : Id is null ? "it has no id yet: no peer that answers gave it one"
        : !HasAsked ? "it is starting: not every peer was asked yet"
        : Cluster is null ? "it belongs to no cluster yet: fewer than half of the listed machines answer"
        : null;

    public long KnownStartOf(MachineId machine) => membership.View.Map.Entries.TryGetValue(machine, out var entry) ? entry.Self.Value.Start : 0;

    public string? StrangerBecause(MachineCard card) =>
        card.Cluster == default ? "the sender belongs to no cluster yet"
        : card.Cluster != Cluster ? $"this machine belongs to cluster {Cluster:x32}, the sender to {card.Cluster:x32}"
        : null;

    /// <summary>True when a machine's membership map may be merged into this one's: they belong together, or one of them belongs nowhere yet.</summary>
    public bool MayMerge(MachineCard card) => card.Cluster == default || Cluster is null || card.Cluster == Cluster;

    /// <summary>Before its first store ever, a machine must have seen more than half of N share its cluster.</summary>
    public bool MayHoldFiles
    {
        get
        {
            if (HoldsData)
            {
                return true;
            }
            lock (_lock)
            {
                var view = membership.View;
                return membership.View.IsMajority(1 + _clusters.Count(pair => pair.Value == Cluster && view.Map.Entries.ContainsKey(pair.Key)));
            }
        }
    }

    private KeptIdentity Opened => Kept ?? throw new InvalidOperationException("The machine is not started: its disk is not open.");

    public void ReachedAt(string address)
    {
        lock (_lock)
        {
            _addresses = MachineSelf.Add(_addresses, address);
        }
    }

    public async ValueTask<MachineId> KeepIdAsync(MachineId proposed, CancellationToken cancellationToken)
    {
        await _joining.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Opened.KeepAsync(proposed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _joining.Release();
        }
    }

    /// <summary>Draws the cluster's id, unless one is known.</summary>
    public async ValueTask FoundClusterAsync(CancellationToken cancellationToken)
    {
        await _joining.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Cluster is null)
            {
                await Opened.SetClusterAsync(UInt128.Max(1, random.NextUInt128()), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _joining.Release();
        }
    }

    /// <summary>
    /// When two clusters meet, the side that never held anything adopts the other's id; of two such sides the smaller id stays. Where both hold files, neither gives way.
    /// </summary>
    public async ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken)
    {
        if (card.Machine == default || card.Machine == Id)
        {
            return;
        }
        lock (_lock)
        {
            _clusters[card.Machine] = card.Cluster;
        }
        if (Id is null || card.Cluster == default || card.Cluster == Cluster)
        {
            problems.Set($"cluster {card.Machine}", null);
            return;
        }
        await _joining.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Cluster is not { } own || (!HoldsData && (card.HoldsData || card.Cluster < own)))
            {
                await Opened.SetClusterAsync(card.Cluster, cancellationToken).ConfigureAwait(false);
            }
            else if (HoldsData && card.HoldsData)
            {
                problems.Set(
                    $"cluster {card.Machine}",
                    $"Machine '{card.Machine}' belongs to another cluster ({card.Cluster:x32}, here {own:x32}), and both hold files. They refuse each other. Take it off the list of peers, or give it an empty data directory.");
            }
        }
        finally
        {
            _joining.Release();
        }
    }

    /// <summary>Writes this machine's own entry of the membership, where it says something new.</summary>
    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        if (Id is not { } id)
        {
            return;
        }
        await membership.ChangeAsync(
            map => map.WithSelf(id, new MachineSelf
            {
                Addresses = Addresses.IsEmpty && map.Entries.TryGetValue(id, out var known) ? known.Self.Value.Addresses : Addresses,
                Zone = options.Zone,
                Weight = options.Weight,
                Start = Opened.StartCounter,
                Incarnation = Incarnation,
                AwayUntil = map.Entries.TryGetValue(id, out var before) ? before.Self.Value.AwayUntil : null,
            }),
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _joining.Dispose();
}
