using System.Runtime.InteropServices;
using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>
/// After a start, and after an absence, this machine may have slept through deletes. Then it serves nothing that it holds of a partition before it has taken the tombstones that it
/// lacks from every live member: a co-owner may have slept through the same delete, or own the partition only since, and who owned it before knows it still. Where none lives, it serves,
/// and takes them as soon as one does. Stores and deletes go on meanwhile.
/// </summary>
/// <remarks>
/// Only tombstones of what is held here are taken, since no others keep anything from being served; the rest comes by reconciling. So a start costs one listing, not a flush for
/// each delete of a week.
/// </remarks>
internal sealed partial class TombstoneCatchUp(
    IReplicaStore store, MembershipState membership, PeerClient client, ContactWatch contact, Task ready, TimeProvider time, ILogger<TombstoneCatchUp> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, List<Source>> _told = [];
    private readonly Dictionary<MachineId, string> _silent = [];
    private PartitionSet _missing = PartitionSet.All();
    private long _absences;

    /// <summary>Why what is held of a file here is not served now; <see langword="null"/> when it is.</summary>
    public string? NotServing(FileId id)
    {
        StartAnewWhenBack(isRegular: false);
        return FirstSilent(membership.View, Partitions.Of(id)) is { } source ? $"it is starting: it still has to ask machine '{source.Id}' for deletes that it missed" : null;
    }

    /// <summary>What of that goes on now, as a sentence; <see langword="null"/> when there is nothing to be done, or nobody to do it with.</summary>
    public string? Going
    {
        get
        {
            var view = membership.View;
            if (IsNothingMissing)
            {
                return null;
            }
            var partitions = client.Directory.All.Where(peer => peer.IsUp).Select(peer => WantedFrom(view, peer.Id).Held.Count).DefaultIfEmpty().Max();
            return partitions == 0 ? null : $"it takes the deletes that it may have missed, of {partitions} partitions";
        }
    }

    /// <summary>Takes a step every second, once this machine knows its peers.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(ControlTimeouts.HeartbeatEvery, time);
        do
        {
            try
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LightDfsException cause)
            {
                StepFailed(logger, cause);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Takes what is missing from the peers that are up.</summary>
    /// <exception cref="StorageException">This machine's disk does not take a tombstone.</exception>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        StartAnewWhenBack(isRegular: true);
        if (!ready.IsCompletedSuccessfully)
        {
            return;
        }
        if (IsNothingMissing)
        {
            return;
        }
        foreach (var peer in client.Directory.All.Where(peer => peer.IsUp))
        {
            var absences = Interlocked.Read(ref _absences);
            var view = membership.View;
            var (isWanted, held) = WantedFrom(view, peer.Id);
            if (!isWanted)
            {
                continue;
            }
            try
            {
                var taken = held.IsEmpty ? 0 : await TakeAsync(peer, held, cancellationToken).ConfigureAwait(false);
                Told(SourceOf(view, peer.Id), absences, peer, taken, held.Count);
                _silent.Remove(peer.Id);
            }
            catch (Exception cause) when (cause is PeerUnreachableException or PeerRefusedException)
            {
                if (_silent.GetValueOrDefault(peer.Id) != cause.Message)
                {
                    NotTold(logger, peer.Id, cause.Message);
                }
                _silent[peer.Id] = cause.Message;
            }
        }
        DropWhatAllTold(membership.View);
    }

    private bool IsNothingMissing
    {
        get
        {
            lock (_lock)
            {
                return _missing.IsEmpty;
            }
        }
    }

    private void StartAnewWhenBack(bool isRegular)
    {
        if (contact.IsBack(isRegular))
        {
            lock (_lock)
            {
                _missing = PartitionSet.All();
                _told.Clear();
                _absences++;
            }
        }
    }

    private void Told(Source source, long absences, Peer peer, int taken, int partitions)
    {
        lock (_lock)
        {
            // Absent again meanwhile: then this is worth nothing.
            if (absences != _absences)
            {
                return;
            }
            (CollectionsMarshal.GetValueRefOrAddDefault(_told, peer.Id, out _) ??= []).Add(source);
        }
        if (partitions > 0)
        {
            CaughtUp(logger, taken, peer.Id, partitions);
        }
    }

    /// <summary>What every live source told is missing no longer.</summary>
    private void DropWhatAllTold(ClusterView view)
    {
        var (done, silent) = (PartitionSet.None(), PartitionSet.None());
        var up = client.Directory.All.Where(peer => peer.IsUp).ToList();
        lock (_lock)
        {
            // A machine that was absent again meanwhile begins anew: it was told nothing yet.
            foreach (var peer in _missing.IsEmpty ? [] : up)
            {
                var source = SourceOf(view, peer.Id);
                var hasToldAll = HasTold(peer.Id, source);
                foreach (var partition in source.PartitionsOf(peer.Id))
                {
                    done.Add(partition);
                    if (!hasToldAll && !HasTold(peer.Id, partition))
                    {
                        silent.Add(partition);
                    }
                }
            }
            done.Remove(silent);
            _missing.Remove(done);
            if (_missing.IsEmpty)
            {
                _told.Clear();
            }
        }
    }

    /// <summary>Pages through a peer's tombstones, and keeps those of what is held here. How many.</summary>
    private async Task<int> TakeAsync(Peer peer, PartitionSet partitions, CancellationToken cancellationToken)
    {
        var taken = 0;
        FileId? after = null;
        do
        {
            var page = await AskAsync(peer, partitions, after, cancellationToken).ConfigureAwait(false);
            foreach (var (id, deletedAt) in page.Tombstones)
            {
                if (store.Find(id) is { State: not ReplicaState.Deleted })
                {
                    await store.DeleteAsync(id, deletedAt, cancellationToken).ConfigureAwait(false);
                    taken++;
                }
            }
            if (page.Next <= after)
            {
                throw new PeerRefusedException("its list of tombstones goes in a circle");
            }
            after = page.Next;
        }
        while (after is not null);
        return taken;
    }

    private async Task<TombstonePage> AskAsync(Peer peer, PartitionSet partitions, FileId? after, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync(
            peer, Operation.Tombstones, TombstonePage.Question(after), new PeerBody(partitions.Encoded), TransferTimeouts.Question, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status != PeerStatus.Ok)
            {
                throw new PeerRefusedException(answer);
            }
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            return TombstonePage.TryDecode(message.Span, out var page) ? page : throw new PeerRefusedException("its list of tombstones cannot be read");
        }
    }

    /// <summary>Whether a peer is a source of missing partitions that it has not told of; and those of them of which anything is held here, so that it has to be asked.</summary>
    private (bool IsWanted, PartitionSet Held) WantedFrom(ClusterView view, MachineId peer)
    {
        var source = SourceOf(view, peer);
        var held = PartitionSet.None();
        lock (_lock)
        {
            if (HasTold(peer, source) || !IsAnyWanted(peer, source))
            {
                return (false, held);
            }
            foreach (var one in store.ListPartitions())
            {
                if (one.Replicas > 0 && IsWanted(peer, one.Partition) && source.Covers(peer, one.Partition))
                {
                    held.Add(one.Partition);
                }
            }
        }
        return (true, held);
    }

    private bool IsAnyWanted(MachineId peer, Source source)
    {
        foreach (var partition in source.PartitionsOf(peer))
        {
            if (IsWanted(peer, partition))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsWanted(MachineId peer, int partition) => _missing.Contains(partition) && !HasTold(peer, partition);

    private bool HasTold(MachineId peer, int partition) => _told.TryGetValue(peer, out var told) && told.Exists(source => source.Covers(peer, partition));

    /// <summary>True when it has told of all that it is a source of now: of what has been missing ever since, that is.</summary>
    private bool HasTold(MachineId peer, Source source) => _told.TryGetValue(peer, out var told) && told.Contains(source);

    /// <summary>A live source of a missing partition that has not told of it; <see langword="null"/> for none. Asked for every read, so it makes nothing that the collector has to take back.</summary>
    private Peer? FirstSilent(ClusterView view, int partition)
    {
        lock (_lock)
        {
            if (!_missing.Contains(partition))
            {
                return null;
            }
            var peers = client.Directory.All;
            for (var at = 0; at < peers.Count; at++)
            {
                var peer = peers[at];
                if (peer.IsUp && !HasTold(peer.Id, partition) && SourceOf(view, peer.Id).Covers(peer.Id, partition))
                {
                    return peer;
                }
            }
            return null;
        }
    }

    /// <summary>The partitions whose deletes a machine is asked for.</summary>
    private static Source SourceOf(ClusterView view, MachineId machine) =>
        (!view.IsLarge || !view.Map.Merges.IsEmpty) && view.Map.Entries.ContainsKey(machine) && !view.IsRemoved(machine) ? default : new(view.Shares);

    /// <summary>What a machine owns in a ring; of no ring: everything. By reference, since a set for each of many machines is long.</summary>
    private readonly record struct Source(RingShares? Shares)
    {
        private static ushort[] All { get; } = [.. Enumerable.Range(0, Partitions.Count).Select(partition => (ushort)partition)];

        public bool Covers(MachineId machine, int partition) => Shares is null || Shares.Ring.IsOwner(partition, machine);

        public ReadOnlySpan<ushort> PartitionsOf(MachineId machine) => Shares is null ? All : Shares.PartitionsOf(machine);
    }
}
