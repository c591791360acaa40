using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    [LoggerMessage(LogEvents.FileStored, LogLevel.Debug, "File '{File}' of {Length} bytes is stored on {Copies} machines.", EventName = nameof(Stored))]
    private static partial void Stored(ILogger logger, FileId file, long length, int copies);

    [LoggerMessage(LogEvents.FileDeleted, LogLevel.Debug, "File '{File}' is deleted on {Copies} machines.", EventName = nameof(Deleted))]
    private static partial void Deleted(ILogger logger, FileId file, int copies);

    [LoggerMessage(LogEvents.SegmentsUnknown, LogLevel.Information, "File '{File}' is deleted without a look at it, because it cannot be read now; segments it may have are collected later. {Reason}", EventName = nameof(SegmentsUnknown))]
    private static partial void SegmentsUnknown(ILogger logger, FileId file, string reason);

    [LoggerMessage(LogEvents.SegmentLeft, LogLevel.Information, "Segment '{Segment}' of a deleted file could not be deleted everywhere; it is collected later. {Reason}", EventName = nameof(SegmentLeft))]
    private static partial void SegmentLeft(ILogger logger, FileId segment, string reason);
}
