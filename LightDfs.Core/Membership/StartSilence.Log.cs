using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class StartSilence
{
    [LoggerMessage(LogEvents.SilentSinceStart, LogLevel.Warning, "Not everybody has answered since this machine's start. {Silent} They are asked again as long as it runs.", EventName = nameof(SilentSinceStart))]
    private static partial void SilentSinceStart(ILogger logger, string silent);
}
