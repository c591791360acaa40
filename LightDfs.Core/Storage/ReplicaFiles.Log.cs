using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class ReplicaFiles
{
    [LoggerMessage(LogEvents.FlushFailed, LogLevel.Error, "A flush failed in '{Root}': nothing is stored or confirmed until a restart. Check the disk.", EventName = nameof(FlushFailed))]
    private static partial void FlushFailed(ILogger logger, string root, Exception cause);
}
