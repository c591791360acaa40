using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    public async Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        await gate.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
        var (result, hadSegments) = await deletion.RunAsync(id, placed, cancellationToken).ConfigureAwait(false);
        return hadSegments || await WasThereAsync(placed, result, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> WasThereAsync(FileId placed, DeleteResult result, CancellationToken cancellationToken)
    {
        if (result.Done.Any(done => done.Before is ReplicaState.Present or ReplicaState.Damaged))
        {
            return true;
        }
        if (result.Done.Any(done => done.Before == ReplicaState.Deleted))
        {
            return false;
        }
        return result.View.Silent.Length > 0 || await MayBeElsewhereAsync(placed, result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nobody who took the tombstone had the file: asks the others, who would have to say no, all of them, for it to be proven absent.</summary>
    private async Task<bool> MayBeElsewhereAsync(FileId placed, DeleteResult result, CancellationToken cancellationToken)
    {
        foreach (var holder in holders.ForLookup(result.View, placed).Where(holder => !result.Done.Any(done => done.Holder.Machine == holder.Machine)))
        {
            try
            {
                var probe = await holder.FindAsync(placed, cancellationToken).ConfigureAwait(false);
                if (probe.Result is ProbeResult.Deleted)
                {
                    return false;
                }
                if (probe.Result is not ProbeResult.No || probe.Membership != result.View.Map.Digest)
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
