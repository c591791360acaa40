using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Expiring;

internal sealed partial class Expirer
{
    [LoggerMessage(LogEvents.FilesExpired, LogLevel.Information, "{Count} files that have expired are deleted.", EventName = nameof(Expired))]
    private static partial void Expired(ILogger logger, int count);

    [LoggerMessage(LogEvents.ExpiringFailed, LogLevel.Warning, "{Count} files that have expired could not be deleted; it is tried again. The last one: {Reason}", EventName = nameof(Failed))]
    private static partial void Failed(ILogger logger, int count, string reason);

    [LoggerMessage(LogEvents.FileNotExpired, LogLevel.Debug, "File '{File}' has expired and is not deleted now; it is tried again: {Reason}", EventName = nameof(NotNow))]
    private static partial void NotNow(ILogger logger, FileId file, string reason);
}
