using System.Threading.Tasks.Sources;

namespace LightDfs.Cluster;

/// <summary>
/// Wakes the one who waits for whichever of several things comes first, without a task for each wait. What is signalled while nobody waits ends the next wait at once, and once.
/// Thread-safe, but only one waits at a time.
/// </summary>
internal sealed class Signal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Kept = 1;
    private const int Awaited = 2;
    private readonly Action _set;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private int _state;

    public Signal() => _set = Set;

    /// <summary>Signals. Who waits goes on within this call.</summary>
    public void Set()
    {
        while (true)
        {
            // Written also where it is kept already: that orders it with what the caller did before, and with what is looked at after the signal was taken.
            if (Interlocked.CompareExchange(ref _state, Kept, Idle) is Idle or Kept)
            {
                return;
            }
            if (Interlocked.CompareExchange(ref _state, Idle, Awaited) == Awaited)
            {
                _wait.SetResult(true);
                return;
            }
        }
    }

    /// <summary>Signals when a task has ended, however it did.</summary>
    public void SetWhenEnded(Task task)
    {
        var ended = task.ConfigureAwait(false).GetAwaiter();
        if (ended.IsCompleted)
        {
            Set();
        }
        else
        {
            ended.UnsafeOnCompleted(_set);
        }
    }

    /// <summary>Ends with the next signal, or at once with one that is kept. Awaited once, before the next is asked for.</summary>
    public ValueTask WaitAsync()
    {
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Idle) == Idle)
        {
            return new ValueTask(this, _wait.Version);
        }
        Interlocked.Exchange(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _wait.OnCompleted(continuation, state, token, flags);
}
