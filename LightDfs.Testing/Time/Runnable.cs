namespace LightDfs.Testing.Time;

/// <summary>Finds out when the thread pool has nothing left to run.</summary>
internal static class Runnable
{
    // Threads that have just run out of work take a moment to say so. Later pauses leave the processor to others: a thread that the system has put aside is then taken up again, one that is
    // blocked is not.
    private const int ShortPauses = 200;
    private const int PausesUntilBlocked = ShortPauses + 200;

    // So that a process whose pool never rests, such as one that runs other tests beside, does not hang: there, time may pass while work is still to be done.
    private const int MostTurns = 20_000;

    // Threads of the pool that are at work whatever happens: the one that asks, and those that are blocked inside a call, as test hosts have some. Of the process, as the pool is.
    private static int _alwaysBusy = 1;

    /// <summary>
    /// Waits, by queueing itself behind whatever is queued, until it is all that the pool runs. Exact where the pool has one thread. Where it has several, it cannot tell a thread that
    /// computes for long from one that is blocked, and sees nothing of threads that are not the pool's.
    /// </summary>
    public static async Task NothingLeftAsync()
    {
        var turn = 0;
        do
        {
            await GoLast();
        }
        while (!IsAllThatRuns() && ++turn < MostTurns);
    }

    /// <summary>Goes to the end of the pool's common queue, behind the work that its threads keep for themselves.</summary>
    private static Task GoLast()
    {
        var turn = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false);
        return turn.Task;
    }

    /// <summary>False as soon as something is queued.</summary>
    private static bool IsAllThatRuns()
    {
        var fewest = int.MaxValue;
        for (var pause = 0; pause < PausesUntilBlocked; pause++)
        {
            var busy = Busy();
            if (ThreadPool.PendingWorkItemCount > 0)
            {
                return false;
            }
            fewest = Math.Min(fewest, busy);
            if (busy <= Volatile.Read(ref _alwaysBusy))
            {
                break;
            }
            if (pause < ShortPauses)
            {
                Thread.SpinWait(20);
            }
            else
            {
                Thread.Sleep(1);
            }
        }
        Volatile.Write(ref _alwaysBusy, fewest);
        // What a thread took from the queue while the threads were counted, it has queued the rest of by now, or it is counted.
        return ThreadPool.PendingWorkItemCount == 0 && Busy() <= fewest;
    }

    private static int Busy()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return most - idle;
    }
}
