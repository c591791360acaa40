using Microsoft.Extensions.Logging;

namespace LightDfs.Transport.Http.Multiplexing;

internal sealed partial class IncomingConnection
{
    [LoggerMessage(LogEvents.ConnectionEnded, LogLevel.Debug, "The multiplexed connection of '{Remote}' ended.", EventName = nameof(ConnectionEnded))]
    private static partial void ConnectionEnded(ILogger logger, string remote, Exception exception);

    [LoggerMessage(LogEvents.AnswerBrokeOff, LogLevel.Warning, "The answer to '{Remote}' broke off; the peer is told, and asks elsewhere.", EventName = nameof(AnswerBrokeOff))]
    private static partial void AnswerBrokeOff(ILogger logger, string remote, Exception exception);
}
