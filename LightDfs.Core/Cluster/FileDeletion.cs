using LightDfs.Diagnostics;
using LightDfs.Files;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Deletes a file of the cluster: its tombstone with the write quorum, then those of its segments. The same for whoever asks, a caller or the file's own expiry.</summary>
internal sealed partial class FileDeletion(ReplicaLookup lookup, QuorumWriter writer, ContentReader contents, ILogger<FileDeletion> logger)
{
    private const int SegmentsAtOnce = 16;

    /// <summary>Deletes a file, also one that nobody knows.</summary>
    /// <param name="id">What its caller calls it.</param>
    /// <param name="placed">Where it is placed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How far the tombstone got, and whether the file was there with segments.</returns>
    /// <exception cref="InsufficientReplicasException">The tombstone has no quorum.</exception>
    public async Task<(DeleteResult Result, bool HadSegments)> RunAsync(FileId id, FileId placed, CancellationToken cancellationToken)
    {
        // Before the tombstone, which takes the list of segments with it.
        var segments = await SegmentsOfAsync(placed, cancellationToken).ConfigureAwait(false);
        var result = await writer.DeleteAsync(placed, cancellationToken).ConfigureAwait(false);
        if (!result.HasQuorum)
        {
            throw new InsufficientReplicasException(
                id, result.Done.Count, result.View.Quorum, result.Failures, "The delete may still take effect; repeating it is safe.");
        }
        Deleted(logger, id, result.Done.Count);
        if (segments is not null)
        {
            await DeleteSegmentsAsync(segments, cancellationToken).ConfigureAwait(false);
        }
        return (result, segments is not null);
    }

    /// <summary>The segments of a large file that can be read now; <see langword="null"/> for everything else. What this misses is collected by the machines that hold it.</summary>
    private async Task<SegmentList?> SegmentsOfAsync(FileId placed, CancellationToken cancellationToken)
    {
        try
        {
            var found = await lookup.FindAsync(placed, placed, cancellationToken).ConfigureAwait(false);
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

    [LoggerMessage(LogEvents.FileDeleted, LogLevel.Debug, "File '{File}' is deleted. Machines that have it on disk: {Copies}.", EventName = nameof(Deleted))]
    private static partial void Deleted(ILogger logger, FileId file, int copies);

    [LoggerMessage(LogEvents.SegmentsUnknown, LogLevel.Information, "File '{File}' is deleted without a look at it, because it cannot be read now; segments it may have are collected later. {Reason}", EventName = nameof(SegmentsUnknown))]
    private static partial void SegmentsUnknown(ILogger logger, FileId file, string reason);

    [LoggerMessage(LogEvents.SegmentLeft, LogLevel.Information, "Segment '{Segment}' of a deleted file could not be deleted everywhere; it is collected later. {Reason}", EventName = nameof(SegmentLeft))]
    private static partial void SegmentLeft(ILogger logger, FileId segment, string reason);
}
