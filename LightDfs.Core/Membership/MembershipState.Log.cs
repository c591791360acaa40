using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class MembershipState
{
    [LoggerMessage(LogEvents.RingChanged, LogLevel.Information, "The ring has {Machines} machines now, fingerprint {Fingerprint:x32}.", EventName = nameof(RingChanged))]
    private static partial void RingChanged(ILogger logger, int machines, UInt128 fingerprint);
}
