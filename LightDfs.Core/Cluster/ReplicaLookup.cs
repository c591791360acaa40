using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// Looks for a replica: this machine first, then the others in growing waves, then everybody. One copy is enough; "not found" is proven only when everybody
/// who may hold it said no under one membership, and the owners, asked once more, said no again.
/// </summary>
internal sealed partial class ReplicaLookup(
    Holders holders, MembershipState membership, Heartbeats heartbeats, PeerClient client, ClashReport clashes, TimeProvider time, ILogger<ReplicaLookup> logger)
{
    private const int Attempts = 3;

    private readonly HedgeBudget _hedges = new();

    private TimeProvider Time => time;

    private ClashReport Clashes => clashes;

    private ILogger Logger => logger;

    /// <summary>Which machine has a replica, and its record; or that it was deleted; or, with neither, that it is proven to be nowhere.</summary>
    /// <param name="id">The caller's id, for what is thrown.</param>
    /// <param name="placed">The id that replicas are kept under: the caller's, or another one by a salt.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FileUnavailableException">None of that is known.</exception>
    public ValueTask<Lookup<FileRecord>> FindAsync(FileId id, FileId placed, CancellationToken cancellationToken) =>
        AskAsync<FileRecord>(id, placed, static (holder, placed, token) => holder.FindAsync(placed, token), cancellationToken);

    /// <summary>As <see cref="FindAsync"/>, with the replica opened. The caller disposes it.</summary>
    public ValueTask<Lookup<IReplicaContent>> OpenAsync(FileId id, FileId placed, CancellationToken cancellationToken) =>
        AskAsync<IReplicaContent>(id, placed, static (holder, placed, token) => holder.OpenAsync(placed, null, PageWindow.First, token), cancellationToken);

    /// <summary>As <see cref="FindAsync"/>, asking whatever is to be asked of each machine.</summary>
    public ValueTask<Lookup<T>> AskAsync<T>(FileId id, FileId placed, AskHolder<T> probe, CancellationToken cancellationToken)
        where T : class
    {
        // Most often the answer is at hand, and nobody else need be thought of.
        var here = probe(holders.Local, placed, cancellationToken);
        return here is { IsCompletedSuccessfully: true, Result: { Result: ProbeResult.Yes, Value: { } found } }
            ? new(new Lookup<T>(holders.Local, found, false))
            : new(LookAsync(id, placed, probe, here, cancellationToken));
    }

    private async Task<Lookup<T>> LookAsync<T>(FileId id, FileId placed, AskHolder<T> probe, Task<Probe<T>>? here, CancellationToken cancellationToken)
        where T : class
    {
        var failures = new List<MachineFailure>();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            failures.Clear();
            var view = membership.View;
            var round = new Round<T>(this, placed, probe, view.Map.Digest);
            var local = here ?? probe(holders.Local, placed, cancellationToken);
            here = null;
            if (await round.TakeAsync(holders.Local, local).ConfigureAwait(false)
                || await round.AskFirstAsync(holders.OtherOwnersUp(view, placed), cancellationToken).ConfigureAwait(false)
                || await round.AskInWavesAsync(holders.Others(view, placed), cancellationToken).ConfigureAwait(false))
            {
                return round.Answer;
            }
            failures.AddRange(round.Failures);
            failures.AddRange(holders.Silent(view));
            if (failures.Count == 0 && round.Elsewhere.Count == 0)
            {
                var again = new Round<T>(this, placed, probe, view.Map.Digest);
                if (await again.AskAllAsync(holders.Owners(view, placed), cancellationToken).ConfigureAwait(false))
                {
                    return again.Answer;
                }
                failures.AddRange(again.Failures);
                if (failures.Count == 0 && again.Elsewhere.Count == 0 && membership.View.Ring.Fingerprint == view.Ring.Fingerprint)
                {
                    return default;
                }
                round = again;
            }
            if (round.Elsewhere.Count == 0 && membership.View.Map.Digest == view.Map.Digest)
            {
                break;
            }
            await EvenOutAsync(round.Elsewhere, cancellationToken).ConfigureAwait(false);
        }
        throw new FileUnavailableException(id, failures, failures.Count == 0 ? "the membership kept changing while it was looked for." : null);
    }

    private async Task EvenOutAsync(IReadOnlyList<MachineId> machines, CancellationToken cancellationToken)
    {
        foreach (var machine in machines)
        {
            try
            {
                await heartbeats.ExchangeAsync(client.Directory.Of(machine), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is PeerUnreachableException or StorageException)
            {
                // Then it is among the failures of the next attempt; or the memberships still differ there, because this machine's disk does not take the merged one.
            }
        }
    }
}

/// <summary>Asks one machine for the replica that is kept under an id.</summary>
internal delegate Task<Probe<T>> AskHolder<T>(IReplicaHolder holder, FileId placed, CancellationToken cancellationToken)
    where T : class;

/// <summary>How a lookup ended.</summary>
/// <param name="Holder">Who answered; <see langword="null"/> when it is proven that nobody has it.</param>
/// <param name="Value">What was found; <see langword="null"/> for nothing.</param>
/// <param name="IsDeleted">True when there is a tombstone.</param>
internal readonly record struct Lookup<T>(IReplicaHolder? Holder, T? Value, bool IsDeleted)
    where T : class;
