using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.ReplicaUnreadable, LogLevel.Warning, "The replica of '{File}' in '{Path}' fails verification.", EventName = nameof(ReplicaUnreadable))]
        public static partial void ReplicaUnreadable(ILogger logger, FileId file, string path);

        [LoggerMessage(LogEvents.CheckpointNotWritten, LogLevel.Information, "The checkpoint of a volume in '{Path}' was not written when the store was closed. Nothing is lost; the next start reads the volume.", EventName = nameof(CheckpointNotWritten))]
        public static partial void CheckpointNotWritten(ILogger logger, string path, Exception cause);

        [LoggerMessage(LogEvents.ReplicaNotRemoved, LogLevel.Warning, "'{Path}' is deleted, but its file could not be removed. It goes when the store is opened next.", EventName = nameof(ReplicaNotRemoved))]
        public static partial void ReplicaNotRemoved(ILogger logger, string path, Exception cause);
    }
}
