using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>A peer as one of the places for replicas.</summary>
internal sealed class RemoteHolder(Peer peer, PeerClient client, int segmentSize, TimeProvider time) : IReplicaHolder
{
    public MachineId Machine => peer.Id;

    public string Address => peer.View.Address;

    public bool TakesFiles => peer.TakesFiles;

    public bool IsUp => peer.IsUp;

    public TimeSpan? SlowAfter => peer.Reads.Usual;

    public string Why => peer.View switch
    {
        { State: not MachineState.Up } view => view.Why,
        { Report: null } => "it has not told yet how it is",
        { Report.IsServing: false } => "it is starting",
        { Report.Failure.Length: > 0 } view => view.Report!.Failure,
        { Report.IsFull: true } => "its disk is full",
        { Report.IsLeaving: true } => "it shuts down",
        var view => view.Why,
    };

    public async Task<CommitOutcome> StoreAsync(FileId id, FileRecord record, UploadBuffer content, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync(
            peer, Operation.Store, ReplicaWire.Store(id, record), content.Body, TransferTimeouts.Store(record.ReplicaLength), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return answer.Status switch
            {
                PeerStatus.Ok => CommitOutcome.Stored,
                PeerStatus.Deleted => CommitOutcome.Deleted,
                PeerStatus.Conflict => CommitOutcome.Conflict,
                _ => throw new PeerRefusedException(answer),
            };
        }
    }

    public async Task<ReplicaState?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Operation.Delete, ReplicaWire.Delete(id, deletedAt), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return answer.Status == PeerStatus.Ok && ReplicaWire.TryReadBefore(answer.Payload.Span, out var before)
                ? before
                : throw new PeerRefusedException(answer);
        }
    }

    public async Task<Probe<FileRecord>> FindAsync(FileId id, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Operation.Find, ReplicaWire.Id(id), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return answer.Status != PeerStatus.Ok ? Probe<FileRecord>(answer)
                : ReplicaWire.TryReadRecord(answer.Payload.Span, out var record) ? new(ProbeResult.Yes, record, answer.Responder.Membership)
                : throw new PeerRefusedException("its record cannot be read");
        }
    }

    public async Task<Probe<IReplicaContent>> OpenAsync(FileId id, UInt128? version, PageWindow first, CancellationToken cancellationToken)
    {
        var content = new RemoteContent(peer, client, id, segmentSize, time);
        var asked = time.GetTimestamp();
        try
        {
            var refused = await content.OpenAsync(version ?? 0, first, cancellationToken).ConfigureAwait(false);
            peer.Reads.Add(time.GetElapsedTime(asked));
            return refused ?? new(ProbeResult.Yes, content, default);
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<ListPage> ListAsync(FileId? after, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Operation.List, ReplicaWire.List(after), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status != PeerStatus.Ok)
            {
                throw new PeerRefusedException(answer);
            }
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            return !ReplicaWire.TryReadLines(message.Span, out var page) ? throw new PeerRefusedException("its listing cannot be read")
                : page.Next <= after ? throw new PeerRefusedException("its listing goes in a circle")
                : page;
        }
    }

    public async Task<ReplicaStamp?> HeldAsync(FileId id, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Operation.Explain, ReplicaWire.Id(id), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return answer.Status != PeerStatus.Ok ? throw new PeerRefusedException(answer)
                : ReplicaWire.TryReadHeld(answer.Payload.Span, id, out var held) ? held
                : throw new PeerRefusedException("what it holds cannot be read");
        }
    }

    /// <summary>What a refusal to show a replica says of it; throws when it says nothing.</summary>
    internal static Probe<T> Probe<T>(PeerAnswer answer)
        where T : class => answer.Status switch
        {
            PeerStatus.NotFound => new(ProbeResult.No, null, answer.Responder.Membership),
            PeerStatus.Deleted => new(ProbeResult.Deleted, null, answer.Responder.Membership),
            PeerStatus.Damaged or PeerStatus.Conflict => new(ProbeResult.Unusable, null, answer.Responder.Membership),
            _ => throw new PeerRefusedException(answer),
        };

    private Task<PeerAnswer> AskAsync(Operation operation, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        client.CallAsync(peer, operation, payload, null, TransferTimeouts.Question, cancellationToken);
}
