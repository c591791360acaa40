using Microsoft.Extensions.Logging;

namespace LightDfs.Transport.Http;

internal sealed partial class HttpPeerEndpoint
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.SenderLeft, LogLevel.Debug, "The request of '{Remote}' broke off.", EventName = nameof(SenderLeft))]
        public static partial void SenderLeft(ILogger logger, string remote, Exception exception);

        [LoggerMessage(LogEvents.ReplyBrokeOff, LogLevel.Warning, "The reply to '{Remote}' broke off; bytes that did not go out: {Left} of {Length}; the connection was aborted, and the peer asks elsewhere.",
            EventName = nameof(ReplyBrokeOff))]
        public static partial void ReplyBrokeOff(ILogger logger, string remote, long left, long length, Exception exception);

        [LoggerMessage(LogEvents.NotAPeerRequest, LogLevel.Debug, "A request of '{Remote}' is none of a LightDfs machine: {Reason}", EventName = nameof(NotAPeerRequest))]
        public static partial void NotAPeerRequest(ILogger logger, string remote, string reason);
    }
}
