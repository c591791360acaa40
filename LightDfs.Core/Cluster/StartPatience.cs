namespace LightDfs.Cluster;

/// <summary>A machine that has just started waits, for at most the start time-out, rather than fail a caller for what will be different in a moment. Thread-safe.</summary>
internal sealed class StartPatience(TimeSpan timeout, TimeProvider time)
{
    /// <summary>How long until a machine that was starting is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long? _started;

    /// <summary>How much is left of the time-out; all of it before the start, zero or less when it is over.</summary>
    public TimeSpan Left => _started is { } started ? timeout - time.GetElapsedTime(started) : timeout;

    /// <summary>From here on the time-out runs.</summary>
    public void Start() => _started = time.GetTimestamp();

    /// <summary>Waits until who is only starting is worth asking again.</summary>
    /// <returns>False, at once, when the time-out is over.</returns>
    public async ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
    {
        if (Left <= TimeSpan.Zero)
        {
            return false;
        }
        await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
