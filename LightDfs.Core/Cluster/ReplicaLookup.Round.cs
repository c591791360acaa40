using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ReplicaLookup
{
    /// <summary>One pass over the machines under one membership.</summary>
    private sealed class Round<T>(ReplicaLookup lookup, FileId placed, AskHolder<T> probe, UInt128 under)
        where T : class
    {
        private readonly List<MachineId> _asked = [];

        public Lookup<T> Answer { get; private set; }

        public List<MachineFailure> Failures { get; } = [];

        /// <summary>Machines whose "no" does not count, because their membership map differs.</summary>
        public List<MachineId> Elsewhere { get; } = [];

        /// <summary>True when an answer was found: a replica, or a delete.</summary>
        public Task<bool> TakeAsync(IReplicaHolder holder, Task<Probe<T>> asked) => TakeAsync(holder, asked, mayBeCut: false);

        /// <summary>Asks the first of these machines, and the second too when the first takes longer than it usually does. True when an answer was found: a replica, or a delete.</summary>
        public async Task<bool> AskFirstAsync(IReadOnlyList<IReplicaHolder> order, CancellationToken cancellationToken)
        {
            if (order.Count == 0)
            {
                return false;
            }
            var first = order[0];
            _asked.Add(first.Machine);
            if (order.Count == 1 || first.SlowAfter is not { } usual)
            {
                return await TakeAsync(first, probe(first, placed, cancellationToken)).ConfigureAwait(false);
            }
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asked = probe(first, placed, stop.Token);
            lookup._hedges.Earn();
            await ((Task)asked).WaitAsync(usual, lookup.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked.IsCompleted || !lookup._hedges.TrySpend())
            {
                using (stop)
                {
                    return await TakeAsync(first, asked).ConfigureAwait(false);
                }
            }
            var second = order[1];
            _asked.Add(second.Machine);
            return await TakeEitherAsync(new(first, asked), new(second, probe(second, placed, stop.Token)), stop).ConfigureAwait(false);
        }

        /// <summary>Asks those of these machines that were not asked yet: one, then twice as many each time. True when an answer was found: a replica, or a delete.</summary>
        public async Task<bool> AskInWavesAsync(IReadOnlyList<IReplicaHolder> order, CancellationToken cancellationToken)
        {
            while (Next(order, _asked.Count + 1, static holder => holder.IsUp) is { Count: > 0 } wave)
            {
                if (await AskAllAsync(wave, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }
            // Those that are down last, all at once: they may be back, and what they hold may be nowhere else.
            return await AskAllAsync(Next(order, int.MaxValue, static _ => true), cancellationToken).ConfigureAwait(false);
        }

        public async Task<bool> AskAllAsync(IReadOnlyList<IReplicaHolder> wave, CancellationToken cancellationToken)
        {
            if (wave is [var only])
            {
                return await TakeAsync(only, probe(only, placed, cancellationToken)).ConfigureAwait(false);
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return await TakeAllAsync([.. wave.Select(holder => new Asked(holder, probe(holder, placed, stop.Token)))], stop).ConfigureAwait(false);
        }

        /// <summary>The next machines that were not asked yet, which count as asked from here on.</summary>
        private List<IReplicaHolder> Next(IReadOnlyList<IReplicaHolder> order, int most, Func<IReplicaHolder, bool> isFit)
        {
            var next = new List<IReplicaHolder>();
            for (var at = 0; at < order.Count && next.Count < most; at++)
            {
                if (isFit(order[at]) && !_asked.Contains(order[at].Machine))
                {
                    next.Add(order[at]);
                    _asked.Add(order[at].Machine);
                }
            }
            return next;
        }

        /// <summary>Takes the answer that comes first; and the other one where that finds nothing, or where it is there too.</summary>
        private async Task<bool> TakeEitherAsync(Asked first, Asked second, CancellationTokenSource stop)
        {
            await Task.WhenAny(first.Task, second.Task).ConfigureAwait(false);
            var (sooner, later) = first.Task.IsCompleted ? (first, second) : (second, first);
            bool found;
            try
            {
                found = await TakeAsync(sooner.Holder, sooner.Task).ConfigureAwait(false);
            }
            catch
            {
                Leave(later, stop);
                throw;
            }
            if (found && !later.Task.IsCompleted)
            {
                Leave(later, stop);
                return true;
            }
            using (stop)
            {
                try
                {
                    return await TakeAsync(later.Holder, later.Task).ConfigureAwait(false) || found;
                }
                catch
                {
                    await DisposeAsync(Answer.Value).ConfigureAwait(false);
                    throw;
                }
            }
        }

        /// <summary>Lets one run on that nobody waits for any more: it is most often about to answer, and exceptions through all that awaits it cost more than its answer does.</summary>
        private void Leave(Asked asked, CancellationTokenSource stop) => Stragglers.Watch(placed, asked.Holder, EndAsync(asked, stop), lookup.Logger);

        private async Task EndAsync(Asked asked, CancellationTokenSource stop)
        {
            using (stop)
            {
                await ((Task)asked.Task).WaitAsync(TransferTimeouts.Grace, lookup.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!asked.Task.IsCompleted)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                }
                await DisposeAsync((await asked.Task.ConfigureAwait(false)).Value).ConfigureAwait(false);
            }
        }

        /// <summary>Takes answers as they come; the first that finds something ends the asking of the others.</summary>
        private async Task<bool> TakeAllAsync(List<Asked> running, CancellationTokenSource stop)
        {
            var found = false;
            try
            {
                while (running.Count > 0)
                {
                    var ended = await Task.WhenAny(running.Select(run => (Task)run.Task)).ConfigureAwait(false);
                    var index = running.FindIndex(run => run.Task == ended);
                    var asked = running[index];
                    running.RemoveAt(index);
                    if (await TakeAsync(asked.Holder, asked.Task, mayBeCut: found).ConfigureAwait(false) && !found)
                    {
                        found = true;
                        await stop.CancelAsync().ConfigureAwait(false);
                    }
                }
                return found;
            }
            catch
            {
                // Nobody takes what was found, or is still being opened.
                await stop.CancelAsync().ConfigureAwait(false);
                await DisposeAsync(Answer.Value).ConfigureAwait(false);
                foreach (var (_, task) in running)
                {
                    await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    await DisposeAsync(task.IsCompletedSuccessfully ? (await task.ConfigureAwait(false)).Value : null).ConfigureAwait(false);
                }
                throw;
            }
        }

        private async Task<bool> TakeAsync(IReplicaHolder holder, Task<Probe<T>> asked, bool mayBeCut)
        {
            Probe<T> answer;
            try
            {
                answer = await asked.ConfigureAwait(false);
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
            {
                Failures.Add(failure);
                return false;
            }
            catch (OperationCanceledException) when (mayBeCut)
            {
                return false;
            }
            switch (answer.Result)
            {
                case ProbeResult.Yes when Answer is { Value: null, IsDeleted: false }:
                    Answer = new(holder, answer.Value, false);
                    return true;
                case ProbeResult.Yes:
                    await DisposeAsync(KeepOne(holder, answer.Value!)).ConfigureAwait(false);
                    return true;
                case ProbeResult.Deleted:
                    // Delete wins, also over a replica that answered sooner.
                    await DisposeAsync(Answer.Value).ConfigureAwait(false);
                    Answer = new(holder, null, true);
                    return true;
                case ProbeResult.No when answer.Membership == under:
                    return false;
                case ProbeResult.No:
                    Elsewhere.Add(holder.Machine);
                    return false;
                default:
                    Failures.Add(new MachineFailure(holder.Machine, holder.Address, "its replica is damaged, or of another version"));
                    return false;
            }
        }

        /// <summary>Of two versions the smaller is the answer. Gives back the other copy.</summary>
        private T KeepOne(IReplicaHolder holder, T other)
        {
            if (Answer.Value is not { } first || VersionOf(first) == VersionOf(other))
            {
                return other;
            }
            lookup.Clashes.Found(placed);
            if (VersionOf(first) < VersionOf(other))
            {
                return other;
            }
            Answer = new(holder, other, false);
            return first;
        }

        private static UInt128 VersionOf(T value) => value switch
        {
            FileRecord record => record.Version,
            IReplicaContent content => content.Version,
            _ => 0,
        };

        private static async ValueTask DisposeAsync(T? value)
        {
            if (value is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync().ConfigureAwait(false);
            }
        }

        private readonly record struct Asked(IReplicaHolder Holder, Task<Probe<T>> Task);
    }
}
