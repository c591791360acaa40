using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaReader
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.PageDamaged, LogLevel.Warning, "The replica of '{File}' is damaged at {Offset} of '{Path}'. {Why}", EventName = nameof(PageDamaged))]
        public static partial void PageDamaged(ILogger logger, FileId file, long offset, string path, string why);
    }
}
