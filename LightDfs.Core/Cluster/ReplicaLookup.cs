using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>
/// Looks for a replica: this machine first, then the others in growing waves, then everybody. One copy is enough; "not found" is proven only when everybody
/// who may hold it said no under one membership, and the owners, asked once more, said no again.
/// </summary>
internal sealed class ReplicaLookup(Holders holders, MembershipState membership, Heartbeats heartbeats, PeerClient client, ClashReport clashes, TimeProvider time)
{
    private const int Attempts = 3;

    private readonly HedgeBudget _hedges = new();

    /// <summary>As the other one, where nobody gave another id than the one that replicas are kept under.</summary>
    public Task<Lookup<T>> FindAsync<T>(FileId id, Func<IReplicaHolder, CancellationToken, Task<Probe<T>>> probe, CancellationToken cancellationToken)
        where T : class => FindAsync(id, id, probe, cancellationToken);

    /// <summary>What was found, on which machine; or that it was deleted; or, with neither, that it is proven to be nowhere.</summary>
    /// <param name="id">The caller's id, for what is thrown.</param>
    /// <param name="placed">The id that replicas are kept under: the caller's, or another one by a salt.</param>
    /// <param name="probe">Asks one machine.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FileUnavailableException">None of that is known.</exception>
    public async Task<Lookup<T>> FindAsync<T>(
        FileId id, FileId placed, Func<IReplicaHolder, CancellationToken, Task<Probe<T>>> probe, CancellationToken cancellationToken)
        where T : class
    {
        // Most often the answer is at hand, and nobody else need be thought of.
        Task<Probe<T>>? here = probe(holders.Local, cancellationToken);
        if (here is { IsCompletedSuccessfully: true, Result: { Result: ProbeResult.Yes, Value: { } found } })
        {
            return new(holders.Local, found, false);
        }
        var failures = new List<MachineFailure>();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            failures.Clear();
            var view = membership.View;
            var round = new Round<T>(probe, view.Map.Digest, () => clashes.Found(placed), _hedges, time);
            var local = here ?? probe(holders.Local, cancellationToken);
            here = null;
            if (await round.TakeAsync(holders.Local, local).ConfigureAwait(false)
                || await round.AskFirstAsync(holders.OtherOwnersUp(view, placed), cancellationToken).ConfigureAwait(false)
                || await round.AskInWavesAsync(holders.Others(view, placed), cancellationToken).ConfigureAwait(false))
            {
                return round.Answer;
            }
            failures.AddRange(round.Failures);
            failures.AddRange(holders.Silent(view));
            if (failures.Count == 0 && round.Elsewhere.Count == 0)
            {
                var again = new Round<T>(probe, view.Map.Digest, () => clashes.Found(placed), _hedges, time);
                if (await again.AskAllAsync(holders.Owners(view, placed), cancellationToken).ConfigureAwait(false))
                {
                    return again.Answer;
                }
                failures.AddRange(again.Failures);
                if (failures.Count == 0 && again.Elsewhere.Count == 0 && membership.View.Ring.Fingerprint == view.Ring.Fingerprint)
                {
                    return default;
                }
                round = again;
            }
            if (round.Elsewhere.Count == 0 && membership.View.Map.Digest == view.Map.Digest)
            {
                break;
            }
            await EvenOutAsync(round.Elsewhere, cancellationToken).ConfigureAwait(false);
        }
        throw new FileUnavailableException(id, failures, failures.Count == 0 ? "the membership kept changing while it was looked for." : null);
    }

    private async Task EvenOutAsync(IReadOnlyList<MachineId> machines, CancellationToken cancellationToken)
    {
        foreach (var machine in machines)
        {
            try
            {
                await heartbeats.ExchangeAsync(client.Directory.Of(machine), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is PeerUnreachableException or StorageException)
            {
                // Then it is among the failures of the next attempt; or the memberships still differ there, because this machine's disk does not take the merged one.
            }
        }
    }

    /// <summary>One pass over the machines under one membership.</summary>
    private sealed class Round<T>(Func<IReplicaHolder, CancellationToken, Task<Probe<T>>> probe, UInt128 under, Action clash, HedgeBudget hedges, TimeProvider time)
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
                return await TakeAsync(first, probe(first, cancellationToken)).ConfigureAwait(false);
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asked = probe(first, stop.Token);
            hedges.Earn();
            await ((Task)asked).WaitAsync(usual, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked.IsCompleted || !hedges.TrySpend())
            {
                return await TakeAsync(first, asked).ConfigureAwait(false);
            }
            var second = order[1];
            _asked.Add(second.Machine);
            return await TakeAllAsync([(first, asked), (second, probe(second, stop.Token))], stop).ConfigureAwait(false);
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
                return await TakeAsync(only, probe(only, cancellationToken)).ConfigureAwait(false);
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return await TakeAllAsync([.. wave.Select(holder => (holder, probe(holder, stop.Token)))], stop).ConfigureAwait(false);
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

        /// <summary>Takes answers as they come; the first that finds something ends the asking of the others.</summary>
        private async Task<bool> TakeAllAsync(List<(IReplicaHolder Holder, Task<Probe<T>> Task)> running, CancellationTokenSource stop)
        {
            var found = false;
            try
            {
                while (running.Count > 0)
                {
                    var ended = await Task.WhenAny(running.Select(run => (Task)run.Task)).ConfigureAwait(false);
                    var index = running.FindIndex(run => run.Task == ended);
                    var (holder, task) = running[index];
                    running.RemoveAt(index);
                    if (await TakeAsync(holder, task, mayBeCut: found).ConfigureAwait(false) && !found)
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
            clash();
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
    }
}

/// <summary>How a lookup ended.</summary>
/// <param name="Holder">Who answered; <see langword="null"/> when it is proven that nobody has it.</param>
/// <param name="Value">What was found; <see langword="null"/> for nothing.</param>
/// <param name="IsDeleted">True when there is a tombstone.</param>
internal readonly record struct Lookup<T>(IReplicaHolder? Holder, T? Value, bool IsDeleted)
    where T : class;
