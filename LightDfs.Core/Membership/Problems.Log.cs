using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

internal sealed partial class Problems
{
    [LoggerMessage(LogEvents.ProblemBegun, LogLevel.Error, "{Sentence}", EventName = nameof(Begun))]
    private static partial void Begun(ILogger logger, string sentence);
}
