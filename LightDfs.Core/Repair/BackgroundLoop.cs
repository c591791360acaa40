using LightDfs.Diagnostics;
using LightDfs.Membership;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>
/// Runs work that goes on until the machine stops. A loop expects the failures that it knows; any other one breaks it off, is told in log and health, and after a pause it begins anew: nobody
/// awaits it, and without it copies would be missing one day.
/// </summary>
internal sealed partial class BackgroundLoop(Problems problems, TimeProvider time, ILogger logger)
{
    /// <summary>Shorter than what health remembers, so that it is told there as long as it lasts.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Ends when the loop does, or is cancelled; never by an exception.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The machine stops.
                return;
            }
            catch (Exception cause)
            {
                Ended(logger, name, Pause, cause);
                problems.Report($"loop {name}", $"Background work of this machine broke off by an error that it does not know: {name}. It begins anew after {Pause.TotalSeconds:0} s. {cause.GetType().Name}: {cause.Message} The log has more of it.");
            }
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogEvents.LoopEnded, LogLevel.Error, "Background work of this machine has ended by an error: {Loop}. It begins anew after {Pause}.", EventName = nameof(Ended))]
    private static partial void Ended(ILogger logger, string loop, TimeSpan pause, Exception cause);
}
