using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Expiring;

internal sealed partial class Expirer
{
    [LoggerMessage(LogEvents.FilesExpired, LogLevel.Information, "{Count} files that have expired are deleted.", EventName = nameof(Expired))]
    private static partial void Expired(ILogger logger, int count);

    [LoggerMessage(LogEvents.ExpiringFailed, LogLevel.Warning, "{Count} files that have expired could not be deleted; it is tried again. The last one: {Reason}", EventName = nameof(ExpiringFailed))]
    private static partial void ExpiringFailed(ILogger logger, int count, string reason);

    [LoggerMessage(LogEvents.FileNotExpired, LogLevel.Debug, "File '{File}' has expired and is not deleted now; it is tried again: {Reason}", EventName = nameof(NotExpiredNow))]
    private static partial void NotExpiredNow(ILogger logger, FileId file, string reason);
}
