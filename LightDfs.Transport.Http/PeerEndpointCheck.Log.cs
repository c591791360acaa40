using Microsoft.Extensions.Logging;

namespace LightDfs.Transport.Http;

internal sealed partial class PeerEndpointCheck
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.EndpointNotMapped, LogLevel.Warning, "No other machine reaches this one: nothing is mapped at {Path}. Call app.MapLightDfs() before the app runs.", EventName = nameof(EndpointNotMapped))]
        public static partial void EndpointNotMapped(ILogger logger, string path);
    }
}
