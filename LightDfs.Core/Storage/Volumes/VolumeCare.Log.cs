using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage.Volumes;

internal sealed partial class VolumeCare
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.VolumeCompacted, LogLevel.Debug, "Compacted '{Path}' of {Entries} entries and {Bytes} bytes.", EventName = nameof(VolumeCompacted))]
        public static partial void VolumeCompacted(ILogger logger, string path, int entries, long bytes);

        [LoggerMessage(LogEvents.VolumeCareFailed, LogLevel.Warning, "A volume in '{Path}' could not be compacted, or its checkpoint not written. Nothing is lost; space is not freed, or the next start takes longer.", EventName = nameof(VolumeCareFailed))]
        public static partial void VolumeCareFailed(ILogger logger, string path, Exception cause);

        [LoggerMessage(LogEvents.VolumeEntryUnreadable, LogLevel.Warning, "The replica of '{File}' in '{Path}' cannot be read. It is to be replaced from another machine.", EventName = nameof(VolumeEntryUnreadable))]
        public static partial void VolumeEntryUnreadable(ILogger logger, FileId file, string path, Exception cause);
    }
}
