using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class ReplicaFiles
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.FlushFailed, LogLevel.Error, "A flush failed in '{Root}': nothing is stored or confirmed until a restart. Check the disk.", EventName = nameof(FlushFailed))]
        public static partial void FlushFailed(ILogger logger, string root, Exception cause);
    }
}
