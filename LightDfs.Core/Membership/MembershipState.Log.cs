using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class MembershipState
{
    [LoggerMessage(LogEvents.RingChanged, LogLevel.Information, "The ring is another one now. Its machines: {Machines}; its fingerprint: {Fingerprint:x32}.", EventName = nameof(RingChanged))]
    private static partial void RingChanged(ILogger logger, int machines, UInt128 fingerprint);
}
