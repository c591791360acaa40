using Microsoft.Extensions.Logging;

namespace LightDfs.AspNetCore.Problems;

internal sealed partial class EndpointGuard
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.RequestFailed, LogLevel.Warning, "Answered {Status} to {Method} {Path}: {Reason}", EventName = nameof(RequestFailed))]
        public static partial void RequestFailed(ILogger logger, int status, string method, string path, string reason);

        [LoggerMessage(LogEvents.ReplyBrokenOff, LogLevel.Warning, "Broke off the reply to {Method} {Path}, so that nobody takes it for whole: {Reason}", EventName = nameof(ReplyBrokenOff))]
        public static partial void ReplyBrokenOff(ILogger logger, string method, string path, string reason);
    }
}
