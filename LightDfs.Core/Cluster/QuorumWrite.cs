namespace LightDfs.Cluster;

/// <summary>
/// Writes to as many machines as there should be copies, at once. A machine that fails is followed by the next one; once the quorum has it, the rest gets a short grace.
/// </summary>
/// <param name="write">Writes to one machine. What it throws counts as that machine's failure.</param>
/// <param name="copies">Machines wanted (R').</param>
/// <param name="quorum">Machines needed (W).</param>
/// <param name="time">Measures the grace.</param>
internal sealed class QuorumWrite<T>(Func<IReplicaHolder, CancellationToken, Task<T>> write, int copies, int quorum, TimeProvider time)
{
    private readonly List<(IReplicaHolder Holder, Task<T> Task)> _running = [];

    /// <summary>Machines that did it, with what they said.</summary>
    public List<(IReplicaHolder Holder, T Answer)> Done { get; } = [];

    public List<MachineFailure> Failures { get; } = [];

    /// <summary>Machines that were written to, and may have it whatever they said.</summary>
    public List<IReplicaHolder> Tried { get; } = [];

    /// <summary>True when a write was cut off, and may still be reading what it was given.</summary>
    public bool WasCut { get; private set; }

    public bool HasQuorum => Done.Count >= quorum;

    /// <param name="order">The machines, those to be preferred first.</param>
    /// <param name="isFinal">An answer that ends everything, such as a conflict.</param>
    /// <param name="cancellationToken">Ends it; what is under way is ended before this throws.</param>
    public async Task RunAsync(IReadOnlyList<IReplicaHolder> order, Func<T, bool> isFinal, CancellationToken cancellationToken)
    {
        // Machines known to be down come last, and only when the quorum cannot be had without them.
        var fit = new Queue<IReplicaHolder>(order.Where(holder => holder.TakesFiles));
        var unfit = new Queue<IReplicaHolder>(order.Where(holder => !holder.TakesFiles));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task? grace = null;
        try
        {
            while (true)
            {
                while (_running.Count + Done.Count < copies && fit.TryDequeue(out var next))
                {
                    Start(next, stop.Token);
                }
                while (_running.Count + Done.Count < quorum && unfit.TryDequeue(out var next))
                {
                    Start(next, stop.Token);
                }
                if (_running.Count == 0)
                {
                    return;
                }
                if (HasQuorum)
                {
                    grace ??= Task.Delay(TransferTimeouts.Grace, time, stop.Token);
                }
                var ended = await Task.WhenAny(grace is null ? _running.Select(run => (Task)run.Task) : _running.Select(run => (Task)run.Task).Append(grace)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (ended == grace)
                {
                    return;
                }
                if (await TakeAsync(_running.FindIndex(run => run.Task == ended), isFinal).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            await CutAsync(stop).ConfigureAwait(false);
            Failures.AddRange(unfit.Select(holder => new MachineFailure(holder.Machine, holder.Address, holder.Why)));
        }
    }

    private void Start(IReplicaHolder holder, CancellationToken cancellationToken)
    {
        Tried.Add(holder);
        _running.Add((holder, write(holder, cancellationToken)));
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
            return false;
        }
    }

    /// <summary>Ends what is left, and waits for it: what it was given is not ours again before.</summary>
    private async Task CutAsync(CancellationTokenSource stop)
    {
        WasCut = _running.Count > 0;
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (var (holder, task) in _running)
        {
            try
            {
                Done.Add((holder, await task.ConfigureAwait(false)));
            }
            catch (Exception cause) when (cause is OperationCanceledException || HolderFailure.Of(holder, cause) is not null)
            {
                Failures.Add(new MachineFailure(holder.Machine, holder.Address, "it was slower than the others"));
            }
        }
        _running.Clear();
    }
}
