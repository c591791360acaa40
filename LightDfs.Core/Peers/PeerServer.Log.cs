using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

internal sealed partial class PeerServer
{
    [LoggerMessage(LogEvents.RequestRefused, LogLevel.Warning, "A request from {Remote} was refused: {Reason}.{Claim}{Repeats}", EventName = nameof(Refused))]
    private static partial void Refused(ILogger logger, string remote, string reason, string claim, string repeats);

    [LoggerMessage(LogEvents.OperationFailed, LogLevel.Error, "{Operation} for machine '{Machine}' failed.", EventName = nameof(Failed))]
    private static partial void Failed(ILogger logger, Operation operation, MachineId machine, Exception cause);
}
