namespace LightDfs.Peers;

/// <summary>How long a machine took for its latest answers of one sort. Thread-safe.</summary>
internal sealed class AnswerTimes
{
    private const int Kept = 128;
    private const int Least = 32;
    private const int Anew = 16;

    private readonly Lock _lock = new();
    private readonly TimeSpan[] _latest = new TimeSpan[Kept];
    private int _count;
    private TimeSpan? _usual;

    /// <summary>What nineteen of twenty answers do not exceed; <see langword="null"/> until there were enough. At most fifteen answers old.</summary>
    public TimeSpan? Usual
    {
        get
        {
            lock (_lock)
            {
                return _usual;
            }
        }
    }

    public void Add(TimeSpan took)
    {
        lock (_lock)
        {
            _latest[_count % Kept] = took;
            _count++;
            if (_count >= Least && _count % Anew == 0)
            {
                Span<TimeSpan> sorted = stackalloc TimeSpan[Math.Min(_count, Kept)];
                _latest.AsSpan(0, sorted.Length).CopyTo(sorted);
                sorted.Sort();
                _usual = sorted[sorted.Length * 19 / 20];
            }
            if (_count == 2 * Kept)
            {
                // The same places and the same fullness, and it never overflows.
                _count = Kept;
            }
        }
    }
}
