using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class Introductions
{
    [LoggerMessage(LogEvents.ReachingFailed, LogLevel.Error, "Asking machine '{Machine}' where it said that it is reached failed here.", EventName = nameof(ReachingFailed))]
    private static partial void ReachingFailed(ILogger logger, MachineId machine, Exception cause);

    [LoggerMessage(LogEvents.ReachingEnded, LogLevel.Debug, "Asking machine '{Machine}' where it said that it is reached ended with the shutdown.", EventName = nameof(ReachingEnded))]
    private static partial void ReachingEnded(ILogger logger, MachineId machine, Exception cause);
}
