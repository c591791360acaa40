using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    [LoggerMessage(LogEvents.FileStored, LogLevel.Debug, "File '{File}' of {Length} bytes is stored on {Copies} machines.", EventName = nameof(Stored))]
    private static partial void Stored(ILogger logger, FileId file, long length, int copies);

    [LoggerMessage(LogEvents.FileDeleted, LogLevel.Debug, "File '{File}' is deleted on {Copies} machines.", EventName = nameof(Deleted))]
    private static partial void Deleted(ILogger logger, FileId file, int copies);

    [LoggerMessage(LogEvents.NotWithdrawn, LogLevel.Warning, "The failed store of file '{File}' could not be withdrawn from machine '{Machine}'. What may be left there is refused wherever the tombstone is.", EventName = nameof(NotWithdrawn))]
    private static partial void NotWithdrawn(ILogger logger, FileId file, MachineId machine, Exception cause);
}
