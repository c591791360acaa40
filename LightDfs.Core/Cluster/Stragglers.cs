using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Writes that nobody waits for any more: their end is still looked at, so that no failure is lost.</summary>
internal static partial class Stragglers
{
    public static void Watch(FileId id, IReplicaHolder holder, Task write, ILogger logger) => _ = WatchAsync(id, holder, write, logger);

    private static async Task WatchAsync(FileId id, IReplicaHolder holder, Task write, ILogger logger)
    {
        await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (write.Exception is { } cause)
        {
            StragglerFailed(logger, id, holder.Machine, cause.GetBaseException());
        }
    }

    [LoggerMessage(LogEvents.StragglerFailed, LogLevel.Debug, "A write of '{File}' to machine '{Machine}', which was not waited for, failed.", EventName = nameof(StragglerFailed))]
    private static partial void StragglerFailed(ILogger logger, FileId file, MachineId machine, Exception cause);
}
