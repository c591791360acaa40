using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class PeerDiscovery
{
    [LoggerMessage(LogEvents.NoAnswer, LogLevel.Debug, "Nobody answers at '{Address}': {Reason}", EventName = nameof(NoAnswer))]
    private static partial void NoAnswer(ILogger logger, string address, string reason);

    [LoggerMessage(LogEvents.DiscoveryRoundFailed, LogLevel.Error, "A round of asking the peers failed; it is repeated.", EventName = nameof(RoundFailed))]
    private static partial void RoundFailed(ILogger logger, Exception cause);

    [LoggerMessage(LogEvents.Serving, LogLevel.Information, "Machine '{Machine}' serves files now, in a cluster of {Members}.", EventName = nameof(Serving))]
    private static partial void Serving(ILogger logger, MachineId machine, int members);
}
