using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>
/// Collects segments that belong to no file: of uploads that never ended, and of deleted files. Collecting is deleting: where a file is proven to be nowhere, its tombstone is
/// written with the quorum before anything of it goes, so that an upload that still runs somewhere cannot end with a part of it missing.
/// </summary>
internal sealed partial class SegmentCollector(
    IReplicaStore store, Holders holders, MembershipState membership, ReplicaLookup lookup, QuorumWriter writer, IdAge age, ClockCheck clock, TimeProvider time, ILogger<SegmentCollector> logger)
{
    private const int Batch = 256;
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    // Within one pass: the segments of a file stand close together.
    private readonly Dictionary<FileId, bool> _isGone = [];

    /// <summary>Runs a pass four times in the time that abandoned uploads are kept, and at least once a day.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var period = age.AbandonedAfter / 4;
        using var timer = new PeriodicTimer(period < LongestPeriod ? period : LongestPeriod, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await CollectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is LightDfsException or IOException)
            {
                PassFailed(logger, cause);
            }
        }
    }

    /// <summary>One pass over all segments of this machine that are old enough. How many were collected.</summary>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        _isGone.Clear();
        var collected = 0;
        FileId? after = null;
        while (store.List(after, Batch) is { Count: > 0 } stamps)
        {
            foreach (var stamp in stamps.Where(stamp => stamp.Id.Kind == FileKind.Segment && stamp.State != ReplicaState.Deleted))
            {
                collected += await TryCollectAsync(stamp.Id, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
            after = stamps[^1].Id;
        }
        if (collected > 0)
        {
            Collected(logger, collected);
        }
        return collected;
    }

    private async Task<bool> TryCollectAsync(FileId segment, CancellationToken cancellationToken)
    {
        try
        {
            return age.IsAbandoned(segment) && clock.MayDestroyByAge && await ParentOfAsync(segment, cancellationToken).ConfigureAwait(false) is { } parent
                && age.IsAbandoned(parent) && await IsGoneAsync(parent, cancellationToken).ConfigureAwait(false)
                && await DropAsync(segment, cancellationToken).ConfigureAwait(false);
        }
        catch (LightDfsException cause)
        {
            // Of one segment, for now: its partition catches up, or the disk does not give it. The others can be collected all the same.
            NotNow(logger, segment, cause.Message);
            return false;
        }
    }

    /// <summary>The file of a segment; <see langword="null"/> while its record cannot be read: then nothing is known against it.</summary>
    private async Task<FileId?> ParentOfAsync(FileId segment, CancellationToken cancellationToken)
    {
        var probe = await holders.Local.FindAsync(segment, cancellationToken).ConfigureAwait(false);
        return probe.Value?.Parent;
    }

    private async Task<bool> IsGoneAsync(FileId parent, CancellationToken cancellationToken)
    {
        if (_isGone.TryGetValue(parent, out var known))
        {
            return known;
        }
        var isGone = await AskAsync(parent, cancellationToken).ConfigureAwait(false);
        if (_isGone.Count >= MostRemembered)
        {
            _isGone.Clear();
        }
        _isGone[parent] = isGone;
        return isGone;
    }

    private async Task<bool> AskAsync(FileId parent, CancellationToken cancellationToken)
    {
        try
        {
            var found = await lookup.FindAsync(parent, parent, cancellationToken).ConfigureAwait(false);
            return found switch
            {
                { IsDeleted: true } => true,
                { Value: not null } => false,
                _ => !await IsKeptByRemovedAsync(parent, cancellationToken).ConfigureAwait(false) && (await writer.DeleteAsync(parent, cancellationToken).ConfigureAwait(false)).HasQuorum,
            };
        }
        catch (FileUnavailableException)
        {
            // Not everybody answers: the next pass asks again.
            return false;
        }
    }

    /// <summary>
    /// Nobody waits for a machine that was removed. But what one still has, or has set aside, may be restored from there; as long as it answers and says so, what belongs to it is kept.
    /// </summary>
    private async Task<bool> IsKeptByRemovedAsync(FileId parent, CancellationToken cancellationToken)
    {
        var view = membership.View;
        foreach (var holder in view.Map.Entries.Keys.Where(view.IsRemoved).Select(holders.Of).Where(holder => holder.IsUp))
        {
            try
            {
                if ((await holder.FindAsync(parent, cancellationToken).ConfigureAwait(false)).Result is ProbeResult.Yes or ProbeResult.Unusable)
                {
                    return true;
                }
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is not null)
            {
                // It is there, and does not say now: the next pass asks again.
                return true;
            }
        }
        return false;
    }

    private async Task<bool> DropAsync(FileId segment, CancellationToken cancellationToken)
    {
        var result = await writer.DeleteAsync(segment, cancellationToken).ConfigureAwait(false);
        // A machine that is no owner keeps its copy otherwise.
        if (store.Find(segment) is { State: not ReplicaState.Deleted })
        {
            await holders.Local.DeleteAsync(segment, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
        return result.HasQuorum;
    }
}
