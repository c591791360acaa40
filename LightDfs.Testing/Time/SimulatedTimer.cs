namespace LightDfs.Testing.Time;

/// <summary>One timer of a <see cref="SimulatedTime"/>, which guards it.</summary>
internal sealed class SimulatedTimer(SimulatedTime time, long number, TimerCallback callback, object? state) : ITimer
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private volatile bool _disposed;

    public static IComparer<SimulatedTimer> ByDueThenMaking { get; } =
        Comparer<SimulatedTimer>.Create((one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Number.CompareTo(other.Number));

    public long Number { get; } = number;

    /// <summary>When it fires, counted from the beginning. Only changed while it is in no order.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>How often it fires after that; <see langword="null"/> for once.</summary>
    public TimeSpan? Period { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfImpossible(dueTime, nameof(dueTime));
        ThrowIfImpossible(period, nameof(period));
        if (_disposed)
        {
            return false;
        }
        time.Set(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime, period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period);
        return true;
    }

    public void Fire()
    {
        if (_disposed)
        {
            return;
        }
        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((SimulatedTimer)timer!).Call(), this);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        time.Set(this, after: null, period: null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void Call() => callback(state);

    private static void ThrowIfImpossible(TimeSpan wait, string name)
    {
        if (wait != Timeout.InfiniteTimeSpan && (wait < TimeSpan.Zero || wait > Longest))
        {
            throw new ArgumentOutOfRangeException(name, wait, $"A timer waits from zero to {Longest}, or for ever (Timeout.InfiniteTimeSpan).");
        }
    }
}
