using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Scrubbing;

internal sealed partial class Scrubber
{
    [LoggerMessage(LogEvents.ScrubCycleEnded, LogLevel.Information, "All replicas of this machine have been scrubbed: {Count} since {Begun:u}.", EventName = nameof(CycleEnded))]
    private static partial void CycleEnded(ILogger logger, long count, DateTimeOffset begun);

    [LoggerMessage(LogEvents.ScrubNotVerified, LogLevel.Warning, "The replica of '{File}' could not be read to verify it; scrubbing goes on with the next one, and comes back to it in the next cycle. {Reason}", EventName = nameof(NotVerified))]
    private static partial void NotVerified(ILogger logger, FileId file, string reason);

    [LoggerMessage(LogEvents.ScrubProgressLost, LogLevel.Warning, "How far scrubbing had come cannot be read, so it begins anew. {Reason}", EventName = nameof(ProgressLost))]
    private static partial void ProgressLost(ILogger logger, string reason);

    [LoggerMessage(LogEvents.ScrubProgressNotSaved, LogLevel.Warning, "How far scrubbing has come could not be saved; after a restart it repeats some of it. {Reason}", EventName = nameof(ProgressNotSaved))]
    private static partial void ProgressNotSaved(ILogger logger, string reason);

    [LoggerMessage(LogEvents.ScrubClockSetBack, LogLevel.Information, "The clock was set back behind the beginning of the scrubbing cycle, which begins anew.", EventName = nameof(ClockSetBack))]
    private static partial void ClockSetBack(ILogger logger);
}
