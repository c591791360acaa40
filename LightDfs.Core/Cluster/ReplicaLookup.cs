using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>
/// Looks for a replica: this machine first, then the others in growing waves, then everybody. One copy is enough; "not found" is proven only when everybody
/// who may hold it said no under one membership, and the owners, asked once more, said no again.
/// </summary>
internal sealed class ReplicaLookup(Holders holders, MembershipState membership, Heartbeats heartbeats, PeerClient client, ClashReport clashes)
{
    private const int Attempts = 3;

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
        var failures = new List<MachineFailure>();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            failures.Clear();
            var view = membership.View;
            var round = new Round<T>(probe, view.Map.Digest, () => clashes.Found(placed));
            // Most often the answer is at hand, and nobody else need be thought of.
            if (await round.AskAsync(holders.Local, cancellationToken).ConfigureAwait(false)
                || await round.AskInWavesAsync(holders.Others(view, placed), cancellationToken).ConfigureAwait(false))
            {
                return round.Answer;
            }
            failures.AddRange(round.Failures);
            failures.AddRange(holders.Silent(view));
            if (failures.Count == 0 && round.Elsewhere.Count == 0)
            {
                var again = new Round<T>(probe, view.Map.Digest, () => clashes.Found(placed));
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
    private sealed class Round<T>(Func<IReplicaHolder, CancellationToken, Task<Probe<T>>> probe, UInt128 under, Action clash)
        where T : class
    {
        public Lookup<T> Answer { get; private set; }

        public List<MachineFailure> Failures { get; } = [];

        /// <summary>Machines whose "no" does not count, because their membership map differs.</summary>
        public List<MachineId> Elsewhere { get; } = [];

        /// <summary>True when an answer was found: a replica, or a delete.</summary>
        public Task<bool> AskAsync(IReplicaHolder holder, CancellationToken cancellationToken) => TakeAsync(holder, () => probe(holder, cancellationToken), mayBeCut: false);

        /// <summary>True when an answer was found: a replica, or a delete.</summary>
        public async Task<bool> AskInWavesAsync(IReadOnlyList<IReplicaHolder> order, CancellationToken cancellationToken)
        {
            var up = order.TakeWhile(holder => holder.IsUp).Count();
            for (var (at, size) = (0, 1); at < up; (at, size) = (at + size, size * 2))
            {
                if (await AskAllAsync([.. order.Take(up).Skip(at).Take(size)], cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }
            // Those that are down last, all at once: they may be back, and what they hold may be nowhere else.
            return await AskAllAsync([.. order.Skip(up)], cancellationToken).ConfigureAwait(false);
        }

        public async Task<bool> AskAllAsync(IReadOnlyList<IReplicaHolder> wave, CancellationToken cancellationToken)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = wave.Select(holder => (Holder: holder, Task: probe(holder, stop.Token))).ToList();
            var found = false;
            try
            {
                while (running.Count > 0)
                {
                    var ended = await Task.WhenAny(running.Select(run => (Task)run.Task)).ConfigureAwait(false);
                    var index = running.FindIndex(run => run.Task == ended);
                    var (holder, task) = running[index];
                    running.RemoveAt(index);
                    if (await TakeAsync(holder, () => task, mayBeCut: found).ConfigureAwait(false) && !found)
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

        private async Task<bool> TakeAsync(IReplicaHolder holder, Func<Task<Probe<T>>> ask, bool mayBeCut)
        {
            Probe<T> answer;
            try
            {
                answer = await ask().ConfigureAwait(false);
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
