using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    public async Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        var view = membership.View;
        var now = time.GetUtcNow();
        var write = new QuorumWrite<ReplicaState?>((holder, token) => holder.DeleteAsync(placed, now, token), view.Copies, view.Quorum, time);
        await write.RunAsync(holders.ForStore(view, placed), _ => false, cancellationToken).ConfigureAwait(false);
        if (!write.HasQuorum)
        {
            throw new InsufficientReplicasException(
                id, write.Done.Count, view.Quorum, [.. write.Failures, .. Holders.Silent(view, discovery)], "The delete may still take effect; repeating it is safe.");
        }
        Deleted(logger, id, write.Done.Count);
        if (write.Done.Exists(done => done.Answer is ReplicaState.Present or ReplicaState.Damaged))
        {
            return true;
        }
        if (write.Done.Exists(done => done.Answer == ReplicaState.Deleted))
        {
            return false;
        }
        return view.Silent.Length > 0 || await MayBeElsewhereAsync(placed, write, view, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nobody who took the tombstone had the file: asks the others, who would have to say no, all of them, for it to be proven absent.</summary>
    private async Task<bool> MayBeElsewhereAsync(FileId placed, QuorumWrite<ReplicaState?> write, Membership.ClusterView view, CancellationToken cancellationToken)
    {
        foreach (var holder in holders.ForLookup(view, placed).Where(holder => !write.Done.Exists(done => done.Holder.Machine == holder.Machine)))
        {
            try
            {
                var probe = await holder.FindAsync(placed, cancellationToken).ConfigureAwait(false);
                if (probe.Result is ProbeResult.Deleted)
                {
                    return false;
                }
                if (probe.Result is not ProbeResult.No || probe.Membership != view.Map.Digest)
                {
                    return true;
                }
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is not null)
            {
                return true;
            }
        }
        return false;
    }
}
