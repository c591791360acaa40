using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>Brings back, or throws away, what is set aside on this machine. Nobody else does either.</summary>
internal sealed class SetAsideCommands(IReplicaStore store, Holders holders, MembershipState membership, PeerDirectory directory, ReplicaSender sender)
{
    public Task<bool> DiscardAsync(FileId id, UInt128 version, CancellationToken cancellationToken) => store.DiscardSetAsideAsync(id, version, cancellationToken).AsTask();

    /// <summary>Gives a replica back to its owners; once enough of them have it, it is set aside no longer.</summary>
    public async Task<bool> RestoreAsync(FileId id, UInt128 version, CancellationToken cancellationToken)
    {
        var reader = await store.OpenSetAsideAsync(id, version, cancellationToken).ConfigureAwait(false);
        if (reader is null)
        {
            return false;
        }
        FileRecord record;
        byte[] content;
        await using (reader.ConfigureAwait(false))
        {
            record = reader.Record;
            content = new byte[record.ReplicaLength];
            await reader.ReadAsync(0, content, cancellationToken).ConfigureAwait(false);
        }
        var view = membership.View;
        var (copies, failures) = (0, holders.Silent(view).ToList());
        foreach (var owner in view.Ring.OwnerIdsOf(Partitions.Of(id)))
        {
            var (outcome, reason) = owner == holders.Local.Machine
                ? (await CommitAsync(id, record, content, cancellationToken).ConfigureAwait(false), "")
                : await OfferAsync(directory.Of(owner), id, record, content, cancellationToken).ConfigureAwait(false);
            switch (outcome)
            {
                case CommitOutcome.Deleted:
                    throw new FileDeletedException(id);
                case CommitOutcome.Conflict:
                    throw new FileConflictException(id);
                case null:
                    failures.Add(new MachineFailure(owner, directory.Of(owner).View.Address, reason));
                    break;
                default:
                    copies++;
                    break;
            }
        }
        if (copies < view.Quorum)
        {
            throw new InsufficientReplicasException(id, copies, view.Quorum, failures, "It stays set aside; restoring it again finishes it.");
        }
        await store.DiscardSetAsideAsync(id, version, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<CommitOutcome?> CommitAsync(FileId id, FileRecord record, byte[] content, CancellationToken cancellationToken)
    {
        var writer = await store.BeginAsync(id, record, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await writer.AppendAsync(content, cancellationToken).ConfigureAwait(false);
            return await writer.CommitAsync(CommitMode.Mend, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(CommitOutcome? Outcome, string Reason)> OfferAsync(Peer owner, FileId id, FileRecord record, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            var (status, reason) = await sender.OfferAsync(owner, id, record, content, default, cancellationToken).ConfigureAwait(false);
            return status switch
            {
                PeerStatus.Ok => (CommitOutcome.Stored, ""),
                PeerStatus.Deleted => (CommitOutcome.Deleted, ""),
                PeerStatus.Conflict => (CommitOutcome.Conflict, ""),
                _ => (null, reason),
            };
        }
        catch (PeerUnreachableException cause)
        {
            return (null, cause.Reason);
        }
    }
}
