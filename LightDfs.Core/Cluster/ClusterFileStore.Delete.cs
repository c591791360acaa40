using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    private const int SegmentsAtOnce = 16;

    public async Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        // Before the tombstone, which takes the list of segments with it.
        var segments = await SegmentsOfAsync(placed, cancellationToken).ConfigureAwait(false);
        var result = await writer.DeleteAsync(placed, cancellationToken).ConfigureAwait(false);
        if (!result.HasQuorum)
        {
            throw new InsufficientReplicasException(
                id, result.Done.Count, result.View.Quorum, result.Failures, "The delete may still take effect; repeating it is safe.");
        }
        Deleted(logger, id, result.Done.Count);
        var wasThere = segments is not null || await WasThereAsync(placed, result, cancellationToken).ConfigureAwait(false);
        if (segments is not null)
        {
            await DeleteSegmentsAsync(segments, cancellationToken).ConfigureAwait(false);
        }
        return wasThere;
    }

    /// <summary>The segments of a large file that can be read now; <see langword="null"/> for everything else. What this misses is collected by the machines that hold it.</summary>
    private async Task<SegmentList?> SegmentsOfAsync(FileId placed, CancellationToken cancellationToken)
    {
        try
        {
            var found = await lookup.FindAsync(placed, (holder, token) => holder.FindAsync(placed, token), cancellationToken).ConfigureAwait(false);
            return found.Value is { Segments: not null } record ? await contents.ReadListAsync(placed, record, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (FileUnavailableException cause)
        {
            SegmentsUnknown(logger, placed, cause.Message);
            return null;
        }
    }

    private async Task DeleteSegmentsAsync(SegmentList segments, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SegmentsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, segments.Count, parallel, async (number, token) =>
        {
            var segment = segments[number].Id;
            var result = await writer.DeleteAsync(segment, token).ConfigureAwait(false);
            if (!result.HasQuorum)
            {
                SegmentLeft(logger, segment, MachineFailure.Join(result.Failures));
            }
        }).ConfigureAwait(false);
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
