using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

internal sealed partial class SegmentCollector
{
    [LoggerMessage(LogEvents.SegmentsCollected, LogLevel.Information, "Segments collected because they belong to no file: {Count}.", EventName = nameof(Collected))]
    private static partial void Collected(ILogger logger, int count);

    [LoggerMessage(LogEvents.CollectingFailed, LogLevel.Warning, "A pass over segments that belong to no file broke off; the next one takes it up again.", EventName = nameof(PassFailed))]
    private static partial void PassFailed(ILogger logger, Exception cause);

    [LoggerMessage(LogEvents.SegmentNotCollected, LogLevel.Debug, "Segment '{Segment}' is not collected now; the next pass tries it again: {Reason}", EventName = nameof(NotNow))]
    private static partial void NotNow(ILogger logger, FileId segment, string reason);
}
