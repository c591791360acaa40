using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

internal sealed partial class ReplicaPages
{
    [LoggerMessage(LogEvents.SourceChanged, LogLevel.Warning, "Reading file '{File}' goes on from machine '{Machine}', because of {Failure}", EventName = nameof(SourceChanged))]
    private static partial void SourceChanged(ILogger logger, FileId file, string failure, MachineId machine);
}
