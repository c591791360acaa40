namespace LightDfs.Testing.Time;

/// <summary>
/// Time that passes only when it is told to, and then jumps from timer to timer. Timers fire one by one, in the order of their time and, where that is equal, of their making; each
/// may make others. <see cref="RunUntilAsync"/> lets work go on until it waits for time, and only then lets time pass. Thread-safe.
/// </summary>
/// <remarks>
/// Where the thread pool has one thread (<c>ThreadPoolMinThreads</c> and <c>ThreadPoolMaxThreads</c>), and nothing waits for sockets, disks or threads of its own, a run repeats exactly.
/// Elsewhere it is good for tests: hours pass in milliseconds.
/// </remarks>
public sealed class SimulatedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<SimulatedTimer> _due = new(SimulatedTimer.ByDueThenMaking);
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private TimeSpan _stepped;
    private long _made;

    /// <summary>Time that begins on 1 January 2026.</summary>
    public SimulatedTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Time that begins at <paramref name="start"/>.</summary>
    public SimulatedTime(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <summary>How much time has passed since the beginning. Never goes back.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                return _elapsed;
            }
        }
    }

    /// <summary>How long until the next timer is due; <see langword="null"/> when none is set.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_lock)
            {
                return _due.Min is { } next ? next.Due - _elapsed : null;
            }
        }
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _start + _elapsed + _stepped;
        }
    }

    /// <summary>Goes on with the time that passes, whatever is done to the clock.</summary>
    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Sets the clock forward, or back, without time passing: as when a clock is set, or synchronised. Timers and timestamps do not notice.</summary>
    public void StepClock(TimeSpan by)
    {
        lock (_lock)
        {
            _stepped += by;
        }
    }

    /// <summary>A machine's own clock over this time: it is ahead, or behind, and can be stepped by itself; timers and timestamps are the same.</summary>
    /// <param name="ahead">How much it is ahead of this clock; negative for behind.</param>
    public SimulatedClock CreateClock(TimeSpan ahead = default) => new(this, ahead);

    /// <summary>Lets time pass until the next timer is due, and fires that one. Its callback has returned, but what it set off may still run.</summary>
    /// <returns>False when no timer is set: no time passes then.</returns>
    public bool AdvanceToNextTimer() => AdvanceToNextTimer(TimeSpan.MaxValue);

    /// <summary>Lets so much time pass, from timer to timer, and lets everything that becomes runnable run in between: also chains of delays run to their end.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = Elapsed + by;
        do
        {
            await Runnable.NothingLeftAsync();
        }
        while (AdvanceToNextTimer(until));
        lock (_lock)
        {
            _elapsed = until > _elapsed ? until : _elapsed;
        }
    }

    /// <summary>Runs everything that can run, lets time pass to the next timer when nothing can, and so on until a task is done.</summary>
    /// <param name="task">The task. Its exception is thrown.</param>
    /// <param name="limit">The longest time that may pass; <see langword="null"/> for an hour.</param>
    /// <exception cref="TimeoutException">So much time passed, and the task is not done.</exception>
    /// <exception cref="InvalidOperationException">Nothing runs, no timer is set, and the task is not done: it waits for something that never comes, or that is not simulated.</exception>
    public async Task RunUntilAsync(Task task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        var longest = limit ?? TimeSpan.FromHours(1);
        var until = Elapsed + longest;
        while (true)
        {
            await Runnable.NothingLeftAsync();
            if (task.IsCompleted)
            {
                await task;
                return;
            }
            if (!AdvanceToNextTimer(until))
            {
                throw UntilNextTimer is null
                    ? new InvalidOperationException("The task is not done, nothing runs, and no timer is set. It waits for something that never comes, or that is not simulated: real time, a socket, a disk, a thread.")
                    : new TimeoutException($"The task is not done after {longest} of simulated time.");
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new SimulatedTimer(this, Interlocked.Increment(ref _made), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time goes by in which nothing runs, as while a host sleeps: each timer that is due meanwhile fires once, late.</summary>
    internal void Leap(TimeSpan by)
    {
        lock (_lock)
        {
            _elapsed += by;
        }
    }

    /// <summary>Timers that are set.</summary>
    internal int TimersSet
    {
        get
        {
            lock (_lock)
            {
                return _due.Count;
            }
        }
    }

    internal void Set(SimulatedTimer timer, TimeSpan? after, TimeSpan? period)
    {
        lock (_lock)
        {
            _due.Remove(timer);
            timer.Period = period;
            if (after is { } wait)
            {
                timer.Due = _elapsed + wait;
                _due.Add(timer);
            }
        }
    }

    private bool AdvanceToNextTimer(TimeSpan until)
    {
        SimulatedTimer next;
        lock (_lock)
        {
            if (_due.Min is not { } first || first.Due > until)
            {
                return false;
            }
            next = first;
            _due.Remove(next);
            // A timer set a moment ago by somebody late is due in the past, and time never goes back.
            _elapsed = next.Due > _elapsed ? next.Due : _elapsed;
            if (next.Period is { } period)
            {
                next.Due = _elapsed + period;
                _due.Add(next);
            }
        }
        // Outside the lock: whoever is called may ask for the time, and set timers.
        next.Fire();
        return true;
    }
}
