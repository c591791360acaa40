using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Requests that nobody waits for any more: their end is still looked at, so that no failure is lost.</summary>
internal static partial class Stragglers
{
    public static void Watch(FileId id, IReplicaHolder holder, Task request, ILogger logger) => _ = WatchAsync(id, holder, request, logger);

    private static async Task WatchAsync(FileId id, IReplicaHolder holder, Task request, ILogger logger)
    {
        await request.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (request.Exception is { } cause)
        {
            StragglerFailed(logger, id, holder.Machine, cause.GetBaseException());
        }
    }

    [LoggerMessage(LogEvents.StragglerFailed, LogLevel.Debug, "A request to machine '{Machine}' for '{File}', which was not waited for, failed.", EventName = nameof(StragglerFailed))]
    private static partial void StragglerFailed(ILogger logger, FileId file, MachineId machine, Exception cause);
}
