using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>Sends what this machine holds to a machine that lacks it, verified as it is read.</summary>
internal sealed class ReplicaSender(IReplicaStore store, PeerClient client, DamageReport damage, RepairPace pace, TimeProvider time)
{
    private long _copies;
    private long _bytes;

    /// <summary>Replicas and tombstones that others took, since the start.</summary>
    public long Copies => Interlocked.Read(ref _copies);

    /// <summary>Content bytes of those.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Sends one thing, unless it has changed meanwhile, and then pauses as the pace asks for.</summary>
    /// <returns>Null when the machine has it now, or has something that outdoes it; else why it has not.</returns>
    /// <exception cref="StorageException">This machine's disk fails.</exception>
    public async Task<string?> SendAsync(Peer peer, ReplicaStamp stamp, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            var refusal = stamp.State == ReplicaState.Deleted
                ? await CallAsync(peer, stamp.Id, null, default, stamp.DeletedAt, cancellationToken).ConfigureAwait(false)
                : await SendReplicaAsync(peer, stamp, cancellationToken).ConfigureAwait(false);
            await pace.PauseAsync(time.GetElapsedTime(begun), cancellationToken).ConfigureAwait(false);
            return refusal;
        }
        catch (Exception cause) when (cause is PeerUnreachableException or IOException)
        {
            return cause.Message;
        }
    }

    private async Task<string?> SendReplicaAsync(Peer peer, ReplicaStamp stamp, CancellationToken cancellationToken)
    {
        try
        {
            var reader = await store.OpenReplicaAsync(stamp.Id, cancellationToken).ConfigureAwait(false);
            if (reader is null)
            {
                return "it is here no longer";
            }
            await using (reader.ConfigureAwait(false))
            {
                if (reader.Version != stamp.Version)
                {
                    return "another version is here by now";
                }
                // Whole, which is a segment at most: a body may have to be sent twice.
                var content = new byte[reader.Record.ReplicaLength];
                await reader.ReadAsync(0, content, cancellationToken).ConfigureAwait(false);
                return await CallAsync(peer, stamp.Id, reader.Record, content, default, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ReplicaDamagedException cause)
        {
            damage.Found(cause);
            return cause.Message;
        }
        catch (StorageException cause) when (cause.Failure == StorageFailure.Failing)
        {
            // This file cannot be opened now; others can, and are not to wait for it.
            return cause.Message;
        }
    }

    /// <summary>Offers something to a machine. How it answered, and why where it did not take it.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    public async Task<(PeerStatus Status, string Reason)> OfferAsync(
        Peer peer, FileId id, FileRecord? record, ReadOnlyMemory<byte> content, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        var body = content.IsEmpty ? null : new PeerBody(content);
        var answer = await client.CallAsync(
            peer, Operation.Mend, MendWire.Copy(id, record, deletedAt), body, TransferTimeouts.Store(content.Length), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status == PeerStatus.Ok)
            {
                Interlocked.Increment(ref _copies);
                Interlocked.Add(ref _bytes, content.Length);
            }
            return (answer.Status, answer.Reason);
        }
    }

    private async Task<string?> CallAsync(Peer peer, FileId id, FileRecord? record, ReadOnlyMemory<byte> content, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        var (status, reason) = await OfferAsync(peer, id, record, content, deletedAt, cancellationToken).ConfigureAwait(false);
        return status is PeerStatus.Ok or PeerStatus.Deleted or PeerStatus.Conflict ? null : reason;
    }
}
