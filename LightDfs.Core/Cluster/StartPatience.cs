namespace LightDfs.Cluster;

/// <summary>A machine that has just started waits, for at most the start time-out, rather than fail a caller for what will be different in a moment. Thread-safe.</summary>
internal sealed class StartPatience(TimeSpan timeout, TimeProvider time)
{
    private const long NotStarted = long.MinValue;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private long _started = NotStarted;

    /// <summary>How much is left of the time-out; all of it before the start, zero or less when it is over.</summary>
    public TimeSpan Left => Volatile.Read(ref _started) is var started && started == NotStarted ? timeout : timeout - time.GetElapsedTime(started);

    /// <summary>From here on the time-out runs.</summary>
    public void Start() => Volatile.Write(ref _started, time.GetTimestamp());

    /// <summary>How long to wait before asking once more: longer each time, and never beyond the time-out.</summary>
    /// <param name="asked">How often it was asked again already.</param>
    public TimeSpan Pause(int asked)
    {
        var (pause, left) = (asked >= 5 ? LongestPause : FirstPause * (1 << asked), Left);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : pause < left ? pause : left;
    }

    /// <summary>Waits until something is so, or the time-out is over.</summary>
    public async ValueTask WaitUntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        for (var asked = 0; Left > TimeSpan.Zero && !isSo(); asked++)
        {
            await Task.Delay(Pause(asked), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
