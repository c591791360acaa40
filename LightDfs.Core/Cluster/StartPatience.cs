namespace LightDfs.Cluster;

/// <summary>A machine that has just started waits, for at most the start time-out, rather than fail a caller for what will be different in a moment. Thread-safe.</summary>
internal sealed class StartPatience(TimeSpan timeout, TimeProvider time)
{
    /// <summary>How long until a machine that said no is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long? _started;

    /// <summary>How much is left of the time-out; all of it before the start, zero or less when it is over.</summary>
    public TimeSpan Left => _started is { } started ? timeout - time.GetElapsedTime(started) : timeout;

    /// <summary>From here on the time-out runs.</summary>
    public void Start() => _started = time.GetTimestamp();

    /// <summary>
    /// Asks a machine again for as long as it says no for a reason that ends soon: machines that are started together refuse each other until they agree on the id of their cluster.
    /// </summary>
    /// <exception cref="PeerRefusedException">It says no for another reason, or the time-out is over.</exception>
    public Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken) => Left > TimeSpan.Zero ? AskAgainAsync(ask, cancellationToken) : ask();

    private async Task<T> AskAgainAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (PeerRefusedException cause) when (cause.EndsSoon && Left > TimeSpan.Zero)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
