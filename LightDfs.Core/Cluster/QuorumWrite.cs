using System.Runtime.ExceptionServices;

namespace LightDfs.Cluster;

/// <summary>
/// Writes to as many machines as there should be copies, at once. A machine that fails is followed by the next one; once the quorum has it, the rest gets a short grace.
/// </summary>
/// <param name="write">Writes to one machine. A failure of that machine (<see cref="HolderFailure"/>) is noted, and the next one tried; whatever else it throws ends the write.</param>
/// <param name="copies">Machines wanted (R').</param>
/// <param name="quorum">Machines needed (W).</param>
/// <param name="leave">Observes the write to a machine that is not waited for any longer.</param>
/// <param name="time">Measures the grace, and the pauses.</param>
internal sealed class QuorumWrite<T>(Func<IReplicaHolder, CancellationToken, Task<T>> write, int copies, int quorum, Action<IReplicaHolder, Task> leave, TimeProvider time)
{
    private readonly List<(IReplicaHolder Holder, Task<T> Task)> _running = [];
    private readonly Queue<IReplicaHolder> _unfit = [];
    private readonly Queue<IReplicaHolder> _starting = [];

    /// <summary>One of those under way has ended, or a wait has, or it is cancelled.</summary>
    private readonly Signal _signal = new();
    private Wait? _pause;
    private int _pauses;

    /// <summary>Whether a machine is fit for this. Those that are not come last, and only when the quorum cannot be had without them.</summary>
    public required Func<IReplicaHolder, bool> IsFit { get; init; }

    /// <summary>For how long machines that refuse because they are starting are asked again, while the quorum lacks.</summary>
    public required StartPatience Patience { get; init; }

    /// <summary>True when what is under way at the quorum runs on to its own end, and can no longer be cancelled: it holds nothing, and every machine that takes it counts.</summary>
    public bool RunsOn { get; init; }

    /// <summary>Machines that did it, with what they said.</summary>
    public List<(IReplicaHolder Holder, T Answer)> Done { get; } = [];

    public List<MachineFailure> Failures { get; } = [];

    /// <summary>Machines that were written to, and may have it whatever they said.</summary>
    public List<IReplicaHolder> Tried { get; } = [];

    /// <summary>Writes that were left behind, and still read what they were given.</summary>
    public List<Task> Left { get; } = [];

    /// <summary>True when it waited for machines that were starting, and so says nothing of how fast they are.</summary>
    public bool HasPaused => _pauses > 0;

    public bool HasQuorum => Done.Count >= quorum;

    /// <param name="order">The machines, those to be preferred first; looked at only as far as they are needed.</param>
    /// <param name="isFinal">An answer that ends everything, such as a conflict.</param>
    /// <param name="cancellationToken">Ends it; what is under way gets a short grace to end before this throws.</param>
    public async Task RunAsync(IEnumerable<IReplicaHolder> order, Func<T, bool> isFinal, CancellationToken cancellationToken)
    {
        // Not disposed: a write that is left behind may still ask for its token.
        var stop = new CancellationTokenSource();
        try
        {
            await WriteAsync(order, isFinal, stop, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What failed first is what matters.
            await EndAsync(stop).ConfigureAwait(false);
            throw;
        }
        (await EndAsync(stop).ConfigureAwait(false))?.Throw();
    }

    private async Task WriteAsync(IEnumerable<IReplicaHolder> order, Func<T, bool> isFinal, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        using var left = order.GetEnumerator();
        using var grace = new Wait(TransferTimeouts.Grace, time, _signal);
        using var cancelled = cancellationToken.UnsafeRegister(static signal => ((Signal)signal!).Set(), _signal);
        try
        {
            while (true)
            {
                var cancels = RunsOn && HasQuorum ? CancellationToken.None : cancellationToken;
                cancels.ThrowIfCancellationRequested();
                while (_running.Count + Done.Count < copies && NextFit(left) is { } next)
                {
                    Start(next, stop.Token);
                }
                while (_running.Count + Done.Count < quorum && _unfit.TryDequeue(out var next))
                {
                    Start(next, stop.Token);
                }
                var wait = HasQuorum ? grace : _pause ??= AwaitsStarting ? new Wait(Patience.Pause(_pauses), time, _signal) : null;
                if (_running.Count == 0 && (HasQuorum || wait is null))
                {
                    return;
                }
                if (Ended is >= 0 and var ended)
                {
                    if (await TakeAsync(ended, isFinal).ConfigureAwait(false))
                    {
                        return;
                    }
                }
                else if (wait is not { IsOver: true })
                {
                    // A write that does not heed its token does not hold up who cancels.
                    wait?.Begin();
                    await _signal.WaitAsync().ConfigureAwait(false);
                }
                else if (HasQuorum)
                {
                    return;
                }
                else
                {
                    AskAgain(stop.Token);
                }
            }
        }
        finally
        {
            _pause?.Dispose();
            while (_unfit.TryDequeue(out var holder))
            {
                Failures.Add(new MachineFailure(holder.Machine, holder.Address, holder.Why));
            }
        }
    }

    private IReplicaHolder? NextFit(IEnumerator<IReplicaHolder> left)
    {
        while (left.MoveNext())
        {
            if (IsFit(left.Current))
            {
                return left.Current;
            }
            _unfit.Enqueue(left.Current);
        }
        return null;
    }

    /// <summary>Lets those have another turn that refused because they were starting.</summary>
    private void AskAgain(CancellationToken stop)
    {
        _pause?.Dispose();
        _pause = null;
        _pauses++;
        // All of them, also where others have taken their places and do not answer: the quorum lacks.
        for (var left = _starting.Count; left > 0 && _starting.TryDequeue(out var holder); left--)
        {
            Failures.RemoveAll(failure => failure.Machine == holder.Machine);
            Start(holder, stop);
        }
    }

    /// <summary>True while the quorum lacks, and some that refused because they were starting may do it yet.</summary>
    private bool AwaitsStarting => !HasQuorum && _starting.Count > 0 && Patience.Left > TimeSpan.Zero;

    private int Ended => _running.FindIndex(static run => run.Task.IsCompleted);

    private void Start(IReplicaHolder holder, CancellationToken cancellationToken)
    {
        if (!Tried.Contains(holder))
        {
            Tried.Add(holder);
        }
        var task = write(holder, cancellationToken);
        _running.Add((holder, task));
        _signal.SetWhenEnded(task);
    }

    private async Task<bool> TakeAsync(int index, Func<T, bool> isFinal)
    {
        var (holder, task) = _running[index];
        _running.RemoveAt(index);
        try
        {
            var answer = await task.ConfigureAwait(false);
            Done.Add((holder, answer));
            return isFinal(answer);
        }
        catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
        {
            Failures.Add(failure);
            if (cause is PeerRefusedException { EndsSoon: true })
            {
                _starting.Enqueue(holder);
            }
            return false;
        }
    }

    /// <summary>Ends what is left, or lets it run on. What does not end within another grace is left behind: a disk that hangs must not hold up a store that the quorum has.</summary>
    /// <returns>The first exception that is no machine's failure.</returns>
    private async Task<ExceptionDispatchInfo?> EndAsync(CancellationTokenSource stop)
    {
        if (_running.Count == 0)
        {
            return null;
        }
        ExceptionDispatchInfo? mistake = null;
        using var ended = new CancellationTokenSource();
        var grace = Task.CompletedTask;
        if (!(RunsOn && HasQuorum))
        {
            grace = Task.Delay(TransferTimeouts.Grace, time, ended.Token);
            await stop.CancelAsync().ConfigureAwait(false);
        }
        foreach (var (holder, task) in _running)
        {
            await Task.WhenAny(task, grace).ConfigureAwait(false);
            if (!task.IsCompleted)
            {
                leave(holder, task);
                Left.Add(task);
                Failures.Add(Slower(holder));
                continue;
            }
            try
            {
                Done.Add((holder, await task.ConfigureAwait(false)));
            }
            catch (Exception cause) when (cause is OperationCanceledException || HolderFailure.Of(holder, cause) is not null)
            {
                Failures.Add(Slower(holder));
            }
            catch (Exception cause)
            {
                mistake ??= ExceptionDispatchInfo.Capture(cause);
            }
        }
        _running.Clear();
        await ended.CancelAsync().ConfigureAwait(false);
        return mistake;
    }

    private static MachineFailure Slower(IReplicaHolder holder) => new(holder.Machine, holder.Address, "it was slower than the others");

    /// <summary>A short wait that costs nothing until it is begun. Signals when it is over.</summary>
    private sealed class Wait(TimeSpan length, TimeProvider time, Signal signal) : IDisposable
    {
        private volatile bool _isOver;
        private ITimer? _timer;

        public bool IsOver => _isOver;

        public void Begin() => _timer ??= time.CreateTimer(static wait => ((Wait)wait!).End(), this, length, Timeout.InfiniteTimeSpan);

        public void Dispose() => _timer?.Dispose();

        private void End()
        {
            _isOver = true;
            signal.Set();
        }
    }
}
