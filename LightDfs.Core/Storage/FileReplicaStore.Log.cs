using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.ReplicaUnreadable, LogLevel.Warning, "The replica of '{File}' in '{Path}' fails verification.", EventName = nameof(ReplicaUnreadable))]
        public static partial void ReplicaUnreadable(ILogger logger, FileId file, string path);

        [LoggerMessage(LogEvents.ReplicaNotRemoved, LogLevel.Warning, "'{Path}' is deleted, but its file could not be removed. It goes when the store is opened next.", EventName = nameof(ReplicaNotRemoved))]
        public static partial void ReplicaNotRemoved(ILogger logger, string path, Exception cause);
    }
}
