using System.Security.Cryptography;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Answers what peers ask about replicas, from this machine's store.</summary>
internal sealed class ReplicaOperations(IReplicaStore store, LocalHolder local, Admission admission, DamageReport damage, RecentWrites recent)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All =>
    [
        new(Operation.Store, StoreAsync),
        new(Operation.Read, ReadAsync),
        new(Operation.Find, FindAsync),
        new(Operation.Delete, DeleteAsync),
        new(Operation.List, ListAsync),
        new(Operation.Explain, ExplainAsync),
    ];

    private async ValueTask<PeerOutcome> StoreAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ReplicaWire.TryReadStore(call.Head.Payload.Span, out var id, out var record) || record.ReplicaLength != call.Head.BodyLength)
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the replica's record cannot be read, or promises another length than the body");
        }
        if (admission.RefusalOf(id, record) is { } early)
        {
            return early.Outcome;
        }
        // An early look saves the body; what counts is the commit.
        if (store.Find(id) is { State: not ReplicaState.Damaged } held && store.Usage.Failure is null)
        {
            if (held.State == ReplicaState.Deleted)
            {
                return new PeerOutcome(PeerStatus.Deleted);
            }
            if (held.Version != record.Version)
            {
                return new PeerOutcome(PeerStatus.Conflict);
            }
        }
        var outcome = await ReplicaReceiver.ReceiveAsync(store, call, id, record, CommitMode.New, () => admission.RefusalOf(id, record), cancellationToken).ConfigureAwait(false);
        if (outcome.Status == PeerStatus.Ok)
        {
            recent.Note(id);
        }
        return outcome;
    }

    private async ValueTask<PeerOutcome> ReadAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ReplicaWire.TryReadRead(call.Head.Payload.Span, out var read))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the range to read makes no sense");
        }
        if (Refuse(read.Id) is { } refusal)
        {
            return refusal;
        }
        IReplicaReader? reader;
        try
        {
            reader = await store.OpenReplicaAsync(read.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (ReplicaDamagedException cause)
        {
            damage.Found(cause);
            return PeerOutcome.Because(PeerStatus.Damaged, cause.Message);
        }
        if (reader is null)
        {
            return Refuse(read.Id) ?? PeerOutcome.Because(PeerStatus.Unavailable, "the replica changed while it was opened");
        }
        if (read.Version != 0 && read.Version != reader.Version)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            return PeerOutcome.Because(PeerStatus.Conflict, "it holds another version");
        }
        var all = Pages.CountOf(reader.Record.ReplicaLength);
        var pages = Math.Min(read.Pages, Math.Max(0, all - read.Page));
        var offset = (long)read.Page * Pages.Size;
        var length = pages == 0 ? 0 : Math.Min(reader.Record.ReplicaLength - offset, (long)pages * Pages.Size);
        return new PeerOutcome(PeerStatus.Ok)
        {
            Payload = ReplicaWire.Window(reader.Version, read.WithRecord ? reader.Record : null, reader.PageChecksums.Span.Slice(Math.Min(read.Page, all), pages)),
            Content = new ReplicaWindowStream(reader, offset, length, damage),
            ContentLength = length,
        };
    }

    private async ValueTask<PeerOutcome> FindAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ReplicaWire.TryReadId(call.Head.Payload.Span, out var id))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "that is no file id");
        }
        if (Refuse(id) is { } refusal)
        {
            return refusal;
        }
        var probe = await local.FindAsync(id, cancellationToken).ConfigureAwait(false);
        return probe.Result switch
        {
            ProbeResult.Yes => new PeerOutcome(PeerStatus.Ok) { Payload = ReplicaWire.Record(probe.Value!) },
            ProbeResult.No => new PeerOutcome(PeerStatus.NotFound),
            ProbeResult.Deleted => new PeerOutcome(PeerStatus.Deleted),
            _ => PeerOutcome.Because(PeerStatus.Damaged, "its replica is damaged"),
        };
    }

    private async ValueTask<PeerOutcome> DeleteAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ReplicaWire.TryReadDelete(call.Head.Payload.Span, out var id, out var deletedAt))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "that is no file id and time");
        }
        if (admission.Refusal is { } refusal)
        {
            return refusal.Outcome;
        }
        return new PeerOutcome(PeerStatus.Ok) { Payload = ReplicaWire.Before(await local.DeleteAsync(id, deletedAt, cancellationToken).ConfigureAwait(false)) };
    }

    private async ValueTask<PeerOutcome> ListAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ReplicaWire.TryReadList(call.Head.Payload.Span, out var after))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "that is no file id");
        }
        try
        {
            return new PeerOutcome(PeerStatus.Ok) { Message = ReplicaWire.Lines(await local.ListAsync(after, cancellationToken).ConfigureAwait(false)) };
        }
        catch (PeerRefusedException notServing)
        {
            return PeerOutcome.Because(PeerStatus.Starting, notServing.Message);
        }
    }

    private async ValueTask<PeerOutcome> ExplainAsync(PeerCall call, CancellationToken cancellationToken) =>
        ReplicaWire.TryReadId(call.Head.Payload.Span, out var id)
            ? new PeerOutcome(PeerStatus.Ok) { Payload = ReplicaWire.Held(await local.HeldAsync(id, cancellationToken).ConfigureAwait(false)) }
            : PeerOutcome.Because(PeerStatus.BadRequest, "that is no file id");

    private PeerOutcome? Refuse(FileId id) => store.Find(id)?.State switch
    {
        null when store.HasSetAside(id) => PeerOutcome.Because(PeerStatus.Damaged, "its replica is set aside"),
        null => new PeerOutcome(PeerStatus.NotFound),
        ReplicaState.Deleted => new PeerOutcome(PeerStatus.Deleted),
        _ => local.NotServing(id) is { } reason ? PeerOutcome.Because(PeerStatus.Starting, reason) : null,
    };
}
