using System.Collections.Concurrent;
using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// Ends a failed store of an id that is dead, or that nobody else knows: tombstones here, and where something may have arrived. So nothing of it appears later, also from machines that
/// cannot be reached now: their copies meet a tombstone.
/// </summary>
internal sealed partial class Withdrawal(Holders holders, TimeProvider time, ILogger logger)
{
    private const int AtOnce = 16;
    private readonly Lock _lock = new();
    private readonly List<(FileId Id, IReplicaHolder Holder)> _tried = [];

    /// <summary>Notes where a replica may have arrived.</summary>
    public void Add(FileId id, IReadOnlyList<IReplicaHolder> tried)
    {
        lock (_lock)
        {
            foreach (var holder in tried)
            {
                _tried.Add((id, holder));
            }
        }
    }

    /// <summary>
    /// Withdraws the file and all of its segments. Nothing is to be done when nothing was sent. Each tombstone has a few seconds of its own; what it does not reach in them is left
    /// for later, and so are the segments on machines that turn out to be down.
    /// </summary>
    public async Task RunAsync(FileId file)
    {
        ILookup<bool, (FileId Id, IReplicaHolder Holder)> all;
        lock (_lock)
        {
            if (_tried.Count == 0)
            {
                return;
            }
            all = _tried.Prepend((Id: file, Holder: holders.Local)).DistinctBy(one => (one.Id, one.Holder.Machine)).ToLookup(one => one.Id == file);
        }
        var now = time.GetUtcNow();
        var failures = new ConcurrentQueue<MachineFailure>();
        // The file first: from then on nobody takes its segments for those of a file.
        await ForEachAsync(all[true], one => SendAsync(one.Id, one.Holder, now, failures)).ConfigureAwait(false);
        await ForEachAsync(all[false], one => one.Holder.IsUp ? SendAsync(one.Id, one.Holder, now, failures) : SkipAsync(one.Holder, failures)).ConfigureAwait(false);
        if (!failures.IsEmpty)
        {
            NotWithdrawn(logger, file, failures.Count, MachineFailure.Join([.. failures.DistinctBy(failure => failure.Machine)]));
        }
    }

    private static Task ForEachAsync(IEnumerable<(FileId Id, IReplicaHolder Holder)> all, Func<(FileId Id, IReplicaHolder Holder), Task> act) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) => await act(one).ConfigureAwait(false));

    // Not the caller's token, which may be the reason.
    private async Task SendAsync(FileId id, IReplicaHolder holder, DateTimeOffset now, ConcurrentQueue<MachineFailure> failures)
    {
        var write = holder.DeleteAsync(id, now, CancellationToken.None);
        try
        {
            // A peer has a time-out of its own, which ends sooner; this is for a disk that hangs.
            await write.WaitAsync(TransferTimeouts.Question + TransferTimeouts.Grace, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Stragglers.Watch(id, holder, write, logger);
            failures.Enqueue(new MachineFailure(holder.Machine, holder.Address, "it did not answer in time"));
        }
        catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
        {
            failures.Enqueue(failure);
        }
    }

    private static Task SkipAsync(IReplicaHolder holder, ConcurrentQueue<MachineFailure> failures)
    {
        failures.Enqueue(new MachineFailure(holder.Machine, holder.Address, holder.Why));
        return Task.CompletedTask;
    }

    [LoggerMessage(LogEvents.NotWithdrawn, LogLevel.Warning, "The failed store of '{File}' could not be withdrawn everywhere. Places where not: {Count}. {Reasons} What may be left there is refused wherever the tombstone is, and collected later.", EventName = nameof(NotWithdrawn))]
    private static partial void NotWithdrawn(ILogger logger, FileId file, int count, string reasons);
}
