using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Brings replicas and tombstones to the write quorum, as the membership of the moment has it.</summary>
internal sealed class QuorumWriter(StartPatience patience, Holders holders, MembershipState membership, ClashReport clashes, ClientLoad load, TimeProvider time, ILogger<QuorumWriter> logger)
{
    /// <summary>Stores a replica. Whom it may have reached is noted, also when this is cancelled.</summary>
    public async Task<StoreResult> StoreAsync(FileId id, FileRecord record, UploadBuffer content, Withdrawal? withdrawal, CancellationToken cancellationToken)
    {
        var view = membership.View;
        var write = new QuorumWrite<CommitOutcome>(
            (holder, token) => holder.StoreAsync(id, record, content, token), view.Copies, view.Quorum, (holder, late) => Stragglers.Watch(id, holder, late, logger), time)
        {
            IsFit = holder => holder.TakesFiles,
            Patience = patience,
        };
        try
        {
            var begun = time.GetTimestamp();
            await write.RunAsync(holders.ForStore(view, id), outcome => outcome is CommitOutcome.Deleted or CommitOutcome.Conflict, cancellationToken).ConfigureAwait(false);
            if (!write.HasPaused)
            {
                load.Stored(time.GetElapsedTime(begun));
            }
        }
        finally
        {
            withdrawal?.Add(id, write.Tried);
            content.KeepFor(write.Left);
        }
        var refusal = write.Done.Find(done => done.Answer is CommitOutcome.Deleted or CommitOutcome.Conflict);
        if (refusal is { Holder: not null, Answer: CommitOutcome.Deleted })
        {
            // The id is dead, whoever drew it. A machine that missed the tombstone may have taken the copy, and would serve it.
            var dead = new Withdrawal(holders, time, logger);
            dead.Add(id, write.Tried);
            await dead.RunAsync(id).ConfigureAwait(false);
        }
        var stored = write.Done.Count(done => done.Answer is CommitOutcome.Stored or CommitOutcome.AlreadyStored);
        if (stored > 0 && write.Done.Exists(done => done.Answer == CommitOutcome.Conflict))
        {
            clashes.Found(id);
        }
        return new StoreResult(
            stored,
            view.Quorum,
            refusal.Holder is null ? null : refusal.Answer,
            [.. write.Failures, .. holders.Silent(view)]);
    }

    /// <summary>Counts the machines that hold a replica in one version, until the quorum is found.</summary>
    public async Task<StoreResult> CountAsync(FileId id, UInt128 version, CancellationToken cancellationToken)
    {
        var view = membership.View;
        var (copies, failures) = (0, new List<MachineFailure>());
        foreach (var holder in holders.ForStore(view, id).OrderByDescending(holder => holder.IsUp))
        {
            if (copies >= view.Quorum)
            {
                break;
            }
            try
            {
                var probe = await holder.FindAsync(id, cancellationToken).ConfigureAwait(false);
                if (probe.Value?.Version == version)
                {
                    copies++;
                }
                else
                {
                    failures.Add(new MachineFailure(holder.Machine, holder.Address, "it has no copy"));
                }
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
            {
                failures.Add(failure);
            }
        }
        return new StoreResult(copies, view.Quorum, null, [.. failures, .. holders.Silent(view)]);
    }

    /// <summary>
    /// Writes a tombstone, to every owner that is up: one that is full, or whose disk failed, may still serve what it has, and a full disk is freed by it.
    /// Those that are slower than the quorum still get it.
    /// </summary>
    public async Task<DeleteResult> DeleteAsync(FileId id, CancellationToken cancellationToken)
    {
        var view = membership.View;
        var now = time.GetUtcNow();
        var write = new QuorumWrite<ReplicaState?>(
            (holder, token) => holder.DeleteAsync(id, now, token), view.Copies, view.Quorum, (holder, late) => Stragglers.Watch(id, holder, late, logger), time)
        {
            IsFit = holder => holder.IsUp,
            Patience = patience,
            RunsOn = true,
        };
        await write.RunAsync(holders.ForStore(view, id), _ => false, cancellationToken).ConfigureAwait(false);
        return new DeleteResult(view, write.Done, [.. write.Failures, .. holders.Silent(view)]);
    }
}

/// <summary>How far a store got.</summary>
/// <param name="Copies">Machines that have it, durably.</param>
/// <param name="Needed">Machines that must (W).</param>
/// <param name="Refusal">"Deleted" or "conflict", when anybody said so.</param>
/// <param name="Failures">Who failed, and why.</param>
internal sealed record StoreResult(int Copies, int Needed, CommitOutcome? Refusal, IReadOnlyList<MachineFailure> Failures)
{
    public bool IsStored => Refusal is null && Copies >= Needed;
}

/// <summary>How far a delete got.</summary>
/// <param name="View">The membership that it was done under.</param>
/// <param name="Done">Machines that have the tombstone, with what they held before.</param>
/// <param name="Failures">Who failed, and why.</param>
internal sealed record DeleteResult(ClusterView View, IReadOnlyList<(IReplicaHolder Holder, ReplicaState? Before)> Done, IReadOnlyList<MachineFailure> Failures)
{
    public bool HasQuorum => Done.Count >= View.Quorum;
}
