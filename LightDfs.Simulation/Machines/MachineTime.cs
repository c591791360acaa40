using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Machines;

/// <summary>The clock of one machine, whose timers do not fire while it is frozen, as those of a stopped process: they all do when it goes on.</summary>
internal sealed class MachineTime(SimulatedClock clock, Freezer freezer) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(freezer, callback, state);
        timer.Inner = clock.CreateTimer(static held => ((HeldTimer)held!).Fire(), timer, dueTime, period);
        return timer;
    }

    private sealed class HeldTimer(Freezer freezer, TimerCallback callback, object? state) : ITimer
    {
        private bool _isHeld;
        private bool _isDisposed;

        public ITimer Inner { get; set; } = null!;

        public void Fire()
        {
            if (!freezer.IsFrozen)
            {
                callback(state);
            }
            else if (!_isHeld)
            {
                // However often it was due meanwhile, it fires once.
                _isHeld = true;
                freezer.Hold(Release);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner.Change(dueTime, period);

        public void Dispose()
        {
            _isDisposed = true;
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Release()
        {
            _isHeld = false;
            if (!_isDisposed)
            {
                callback(state);
            }
        }
    }
}
