using LightDfs.Diagnostics;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class GraceRule
{
    [LoggerMessage(LogEvents.WentOut, LogLevel.Warning, "Machine '{Machine}' is out of the ring: more than half of the machines have not reached it for {Grace}. Its copies are made elsewhere, until it answers again.", EventName = nameof(WentOut))]
    private static partial void WentOut(ILogger logger, MachineId machine, TimeSpan grace);

    [LoggerMessage(LogEvents.CameBack, LogLevel.Information, "This machine, '{Machine}', is in the ring again: more than half of the machines reach it.", EventName = nameof(CameBack))]
    private static partial void CameBack(ILogger logger, MachineId machine);

    [LoggerMessage(LogEvents.GraceStepFailed, LogLevel.Error, "Who is lost or back could not be written down. It is tried again.", EventName = nameof(GraceStepFailed))]
    private static partial void GraceStepFailed(ILogger logger, StorageException cause);
}
