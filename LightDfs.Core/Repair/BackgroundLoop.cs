using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>Runs work that goes on until the machine stops. Nobody awaits it before that, so an end that it was not meant to have is told at once.</summary>
internal static partial class BackgroundLoop
{
    public static async Task RunAsync(string name, Func<CancellationToken, Task> loop, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await loop(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The machine stops.
        }
        catch (Exception cause)
        {
            Ended(logger, name, cause);
        }
    }

    [LoggerMessage(LogEvents.LoopEnded, LogLevel.Error, "Background work of this machine has ended by an error: {Loop}. It does not go on before a restart.", EventName = nameof(Ended))]
    private static partial void Ended(ILogger logger, string loop, Exception cause);
}
