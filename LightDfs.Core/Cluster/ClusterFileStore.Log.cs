using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    [LoggerMessage(LogEvents.FileStored, LogLevel.Debug, "File '{File}' is stored. Its bytes: {Length}; machines that have it on disk: {Copies}.", EventName = nameof(Stored))]
    private static partial void Stored(ILogger logger, FileId file, long length, int copies);
}
