using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

internal sealed partial class TombstoneCatchUp
{
    [LoggerMessage(LogEvents.CaughtUp, LogLevel.Information, "Deletes that this machine had missed, taken from machine '{Machine}': {Count}. Partitions of which it serves again what it holds: {Partitions}.", EventName = nameof(CaughtUp))]
    private static partial void CaughtUp(ILogger logger, int count, MachineId machine, int partitions);

    [LoggerMessage(LogEvents.DeletesNotTold, LogLevel.Warning, "Machine '{Machine}' does not tell its deletes; it is asked again, or another one: {Reason}", EventName = nameof(NotTold))]
    private static partial void NotTold(ILogger logger, MachineId machine, string reason);

    [LoggerMessage(LogEvents.DeletesNotTaken, LogLevel.Error, "This machine cannot take the deletes that it missed, and does not serve what they may concern. It is tried again.", EventName = nameof(StepFailed))]
    private static partial void StepFailed(ILogger logger, Exception cause);
}
