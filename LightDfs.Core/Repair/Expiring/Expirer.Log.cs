using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Expiring;

internal sealed partial class Expirer
{
    [LoggerMessage(LogEvents.FilesExpired, LogLevel.Information, "Files deleted because they have expired: {Count}.", EventName = nameof(Expired))]
    private static partial void Expired(ILogger logger, int count);

    [LoggerMessage(LogEvents.ExpiringFailed, LogLevel.Warning, "Files that have expired and could not be deleted: {Count}; it is tried again. The last one: {Reason}", EventName = nameof(ExpiringFailed))]
    private static partial void ExpiringFailed(ILogger logger, int count, string reason);

    [LoggerMessage(LogEvents.FileNotExpired, LogLevel.Debug, "File '{File}' has expired and is not deleted now; it is tried again: {Reason}", EventName = nameof(NotExpiredNow))]
    private static partial void NotExpiredNow(ILogger logger, FileId file, string reason);
}
