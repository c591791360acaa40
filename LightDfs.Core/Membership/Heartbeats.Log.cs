using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class Heartbeats
{
    [LoggerMessage(LogEvents.BeatFailed, LogLevel.Error, "A heartbeat to machine '{Machine}' failed here.", EventName = nameof(BeatFailed))]
    private static partial void BeatFailed(ILogger logger, MachineId machine, Exception cause);
}
