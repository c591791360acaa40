namespace LightDfs.Testing.Time;

/// <summary>Finds out when the thread pool has nothing left to run.</summary>
internal static class Runnable
{
    // A process has threads of its pool that wait inside a call and never come back: when only such are left, their number stands still.
    private const int TurnsWithoutChange = 300;

    // So that a process whose pool never rests, such as one that runs other tests beside, does not hang: there, time may pass while work is still to be done.
    private const int MostTurns = 20_000;

    /// <summary>
    /// Waits, by queueing itself behind whatever is queued, until it is all that the pool runs. Exact where the pool has one thread. Where it has several, work that another thread
    /// is long about, or a thread that is no pool's, may be missed.
    /// </summary>
    public static async Task NothingLeftAsync()
    {
        var (before, unchanged) = (0, 0);
        for (var turn = 0; turn < MostTurns && unchanged < TurnsWithoutChange; turn++)
        {
            await Turn();
            var busy = Busy();
            if (ThreadPool.PendingWorkItemCount > 0)
            {
                unchanged = 0;
            }
            else if (busy <= 1)
            {
                return;
            }
            else
            {
                unchanged = busy == before ? unchanged + 1 : 0;
            }
            before = busy;
        }
    }

    /// <summary>Goes to the end of the pool's common queue, behind the work that its threads keep for themselves.</summary>
    private static Task Turn()
    {
        var turn = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false);
        return turn.Task;
    }

    private static int Busy()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return most - idle;
    }
}
