using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>Takes copies that other machines send, and confirms to them what this one holds.</summary>
internal sealed class MendOperations(IReplicaStore store, MembershipState membership, SettingsCheck settings, Func<MachineId?> self, Admission admission, RepairPace pace)
{
    private readonly Lock _lock = new();
    private readonly HashSet<FileId> _coming = [];

    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All => [new(Operation.Mend, MendAsync), new(Operation.Confirm, ConfirmAsync)];

    private async ValueTask<PeerOutcome> MendAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!MendWire.TryReadCopy(call.Head.Payload.Span, out var id, out var record, out var deletedAt) || (record?.ReplicaLength ?? 0) != call.Head.BodyLength)
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the copy's record cannot be read, or promises another length than the body");
        }
        if (admission.Refusal is { } refusal)
        {
            return refusal.Outcome;
        }
        if (record is null)
        {
            await store.DeleteAsync(id, deletedAt, cancellationToken).ConfigureAwait(false);
            return new PeerOutcome(PeerStatus.Ok);
        }
        if (membership.View.IsRemoved(call.Head.Sender.Machine) && store.Find(id) is null)
        {
            // It may not have heard yet that it was removed. What nobody else knows may have been deleted, and that forgotten.
            return PeerOutcome.Because(PeerStatus.Unavailable, "the sender was removed from the cluster, and is no source of what is not known here");
        }
        if (store.Usage.Failure is null && Outdone(id, record) is { } known)
        {
            return new PeerOutcome(known);
        }
        if (!pace.TryBeginIn())
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, "it takes as many copies as it can already");
        }
        try
        {
            return await TakeAsync(call, id, record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            pace.EndIn();
        }
    }

    private async ValueTask<PeerOutcome> TakeAsync(PeerCall call, FileId id, FileRecord record, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_coming.Add(id))
            {
                return PeerOutcome.Because(PeerStatus.Unavailable, "another machine sends it at this moment");
            }
        }
        try
        {
            return await ReplicaReceiver.ReceiveAsync(store, call, id, record, CommitMode.Mend, () => admission.Refusal, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _coming.Remove(id);
            }
        }
    }

    /// <summary>What is held makes the copy pointless; <see langword="null"/> when it does not. An early look that saves the body: what counts is the commit.</summary>
    private PeerStatus? Outdone(FileId id, FileRecord record) => CommitRule.Refusal(store.Find(id), record.Version, CommitMode.Mend) switch
    {
        CommitOutcome.AlreadyStored => PeerStatus.Ok,
        CommitOutcome.Deleted => PeerStatus.Deleted,
        CommitOutcome.Conflict => PeerStatus.Conflict,
        _ => null,
    };

    private async ValueTask<PeerOutcome> ConfirmAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!MendWire.TryReadQuestion(call.Head.Payload.Span, out var fingerprint, out var verifies)
            || await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is not { } message || !MendWire.TryReadAsked(message.Span, out var asked))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the question for copies cannot be read, or was altered on the way");
        }
        var ring = membership.View.Ring;
        if (ring.Fingerprint != fingerprint)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, "its ring is another one");
        }
        if (settings.RefusalOf(call.Head.Sender.Machine) is { } refusal)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, refusal);
        }
        var confirmations = new Confirmation[asked.Length];
        for (var at = 0; at < asked.Length; at++)
        {
            confirmations[at] = self() is { } own && ring.IsOwner(Partitions.Of(asked[at].Id), own)
                ? await ConfirmAsync(asked[at].Id, asked[at].State, asked[at].Version, verifies, cancellationToken).ConfigureAwait(false)
                : new(Verdict.Unsure, default);
        }
        // Under the ring that it was asked for, still; and nothing is confirmed that a failed flush may have lost.
        return membership.View.Ring != ring ? PeerOutcome.Because(PeerStatus.Unavailable, "its ring changed meanwhile")
            : store.Usage.Failure is { } failure ? PeerOutcome.Because(PeerStatus.Unavailable, failure)
            : new PeerOutcome(PeerStatus.Ok) { Message = MendWire.Confirmations(confirmations) };
    }

    private async ValueTask<Confirmation> ConfirmAsync(FileId id, ReplicaState state, UInt128 version, bool verifies, CancellationToken cancellationToken)
    {
        var held = store.Find(id);
        if (verifies && held is { State: ReplicaState.Present } present && (present.Version == version || version == 0) && state != ReplicaState.Deleted)
        {
            // Every page, now: the asker drops its copy on this.
            try
            {
                held = await store.VerifyAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException cause) when (cause.Failure == StorageFailure.Failing)
            {
                // It cannot be opened now: the others that are asked about are answered all the same.
                return new(Verdict.Unsure, default);
            }
        }
        return held switch
        {
            null => new(Verdict.Lacks, default),
            { State: ReplicaState.Deleted } tombstone => new(state == ReplicaState.Deleted ? Verdict.Holds : Verdict.Deleted, tombstone.DeletedAt),
            _ when state == ReplicaState.Deleted => new(Verdict.Lacks, default),
            { State: ReplicaState.Damaged } damaged => new(CommitRule.Refusal(damaged, version, CommitMode.Mend) is null ? Verdict.Damaged : Verdict.Unsure, default),
            { } other => new(other.Version == version || version == 0 ? Verdict.Holds : other.Version < version ? Verdict.Smaller : Verdict.Larger, default),
        };
    }
}
