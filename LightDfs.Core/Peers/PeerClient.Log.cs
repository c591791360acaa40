using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

internal sealed partial class PeerClient
{
    [LoggerMessage(LogEvents.PeerLeft, LogLevel.Information, "Machine '{Machine}' at '{Address}' was shut down, as it had said.", EventName = nameof(PeerLeft))]
    private static partial void PeerLeft(ILogger logger, MachineId machine, string address);

    [LoggerMessage(LogEvents.Attempt, LogLevel.Debug, "Attempt {Operation} at '{Address}'.", EventName = nameof(Attempt))]
    private static partial void Attempt(ILogger logger, Operation operation, string address);

    [LoggerMessage(LogEvents.PeerUp, LogLevel.Information, "Machine '{Machine}' answers at '{Address}'.", EventName = nameof(PeerUp))]
    private static partial void PeerUp(ILogger logger, MachineId machine, string address);

    [LoggerMessage(LogEvents.ProofRefused, LogLevel.Warning, "Something answers at '{Address}', but {Reason}", EventName = nameof(ProofRefused))]
    private static partial void ProofRefused(ILogger logger, string address, string reason);

    [LoggerMessage(LogEvents.PeerDown, LogLevel.Warning, "Machine '{Machine}' at '{Address}' is down: {Reason} What it holds is read from other machines that have it, and new files go to machines that answer, as long as those are enough.", EventName = nameof(PeerDown))]
    private static partial void PeerDown(ILogger logger, MachineId machine, string address, string reason);
}
