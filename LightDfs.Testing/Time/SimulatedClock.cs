namespace LightDfs.Testing.Time;

/// <summary>One machine's clock over a <see cref="SimulatedTime"/> that many share: its time of day may be wrong, and may be stepped; time passes for all alike.</summary>
public sealed class SimulatedClock : TimeProvider
{
    private readonly SimulatedTime _time;
    private long _ahead;

    internal SimulatedClock(SimulatedTime time, TimeSpan ahead) => (_time, _ahead) = (time, ahead.Ticks);

    /// <summary>How much it is ahead of the shared clock; negative for behind.</summary>
    public TimeSpan Ahead => new(Volatile.Read(ref _ahead));

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => _time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets this clock forward, or back, without time passing.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
