using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

internal sealed partial class ReplicaStoreOpening
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.StoreOpened, LogLevel.Information, "Opened '{Root}' with {Replicas} replicas and {Tombstones} tombstones.", EventName = nameof(Opened))]
        public static partial void Opened(ILogger logger, string root, long replicas, long tombstones);

        [LoggerMessage(LogEvents.LeftoversRemoved, LogLevel.Information, "Removed {Count} unfinished files from '{Path}'.", EventName = nameof(LeftoversRemoved))]
        public static partial void LeftoversRemoved(ILogger logger, int count, string path);

        [LoggerMessage(LogEvents.FooterDamaged, LogLevel.Warning, "The footer of '{Path}' is damaged. The replica is to be replaced from another machine.", EventName = nameof(FooterDamaged))]
        public static partial void FooterDamaged(ILogger logger, string path, Exception? cause);

        [LoggerMessage(LogEvents.TombstoneDamaged, LogLevel.Warning, "The tombstone '{Path}' is damaged. It still counts; it counts as made now.", EventName = nameof(TombstoneDamaged))]
        public static partial void TombstoneDamaged(ILogger logger, string path, Exception? cause);

        [LoggerMessage(LogEvents.ForeignFile, LogLevel.Warning, "'{Path}' is no file of this store, and is left alone. Remove it if nothing else needs it.", EventName = nameof(ForeignFile))]
        public static partial void ForeignFile(ILogger logger, string path);
    }
}
