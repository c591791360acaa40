using System.Diagnostics.CodeAnalysis;
using LightDfs.Storage;

namespace LightDfs.Identity;

/// <summary>
/// Who this machine is and which cluster it belongs to, as its disk has it: id and data directory checked against each other at the start,
/// and changed together. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has nothing to free: its wait handle is never asked for.")]
internal sealed class KeptIdentity
{
    private readonly IReplicaStore _store;
    private readonly IMachineIdentityStore _identities;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private volatile DataDirectoryMarker _marker;

    private KeptIdentity(IReplicaStore store, IMachineIdentityStore identities, DataDirectoryMarker marker, long startCounter)
    {
        _store = store;
        _identities = identities;
        _marker = marker;
        StartCounter = startCounter;
    }

    /// <summary>This machine's id; <see langword="null"/> until one is kept.</summary>
    public MachineId? Id => _marker is { IsSettled: true } settled ? settled.Machine : null;

    /// <summary>The cluster it belongs to; <see langword="null"/> until that is known.</summary>
    public UInt128? ClusterId => _marker.Cluster;

    /// <summary>Which start of this machine this is, from 1.</summary>
    public long StartCounter { get; }

    /// <summary>Reads, checks and counts the start. The store is open already.</summary>
    /// <exception cref="MachineIdentityException">Whatever is damaged, or does not belong together: everything found, in one message.</exception>
    public static async ValueTask<KeptIdentity> OpenAsync(IReplicaStore store, IMachineIdentityStore identities, CancellationToken cancellationToken)
    {
        var problems = new IdentityProblems();
        var marker = await problems.TryAsync(() => DataDirectoryMarker.LoadAsync(store, cancellationToken)).ConfigureAwait(false);
        var id = await problems.TryAsync(() => identities.LoadAsync(cancellationToken)).ConfigureAwait(false);
        if (!problems.Any)
        {
            problems.Check(id, marker);
        }
        var starts = await problems.TryAsync(() => identities.NextStartAsync(cancellationToken)).ConfigureAwait(false);
        problems.ThrowIfAny();

        var kept = new KeptIdentity(store, identities, marker ?? new DataDirectoryMarker(null, null, false), starts);
        if (id is not null && marker is { IsSettled: false })
        {
            await kept.SaveAsync(marker with { IsSettled = true }, cancellationToken).ConfigureAwait(false);
        }
        return kept;
    }

    /// <summary>Keeps a proposed id unless one is kept already; durable when this returns.</summary>
    /// <returns>The id that is kept now: the first proposal wins.</returns>
    /// <exception cref="MachineIdentityException">It cannot be kept; then none may be told to anyone.</exception>
    /// <exception cref="StorageException">The disk cannot keep the marker; then none may be told to anyone.</exception>
    public async ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Id is { } known)
            {
                return known;
            }

            // An attempt that failed half-way may have kept its id: that one is taken up again.
            var earlier = await _identities.LoadAsync(cancellationToken).ConfigureAwait(false);
            if (earlier is { } other && other != _marker.Machine)
            {
                throw KeptBySomebodyElse(other);
            }
            var id = earlier ?? proposed;

            // Not cancelled between the steps: half of them are taken up again only by the next call.
            await SaveAsync(_marker with { Machine = id, IsSettled = false }, CancellationToken.None).ConfigureAwait(false);
            var kept = await _identities.KeepAsync(id, CancellationToken.None).ConfigureAwait(false);
            if (kept != id)
            {
                throw KeptBySomebodyElse(kept);
            }
            await SaveAsync(_marker with { IsSettled = true }, CancellationToken.None).ConfigureAwait(false);
            return id;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Keeps the cluster that this machine belongs to; durable when this returns.</summary>
    /// <exception cref="StorageException">The disk cannot keep it.</exception>
    public async ValueTask SetClusterAsync(UInt128 clusterId, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_marker.Cluster != clusterId)
            {
                await SaveAsync(_marker with { Cluster = clusterId }, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    private static MachineIdentityException KeptBySomebodyElse(MachineId id) =>
        new($"The machine id '{id}' was kept by somebody else since this machine started. Give each machine an identity store of its own, and restart.");

    private async ValueTask SaveAsync(DataDirectoryMarker marker, CancellationToken cancellationToken)
    {
        await marker.SaveAsync(_store, cancellationToken).ConfigureAwait(false);
        _marker = marker;
    }
}
