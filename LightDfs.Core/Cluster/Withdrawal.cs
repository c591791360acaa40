using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// Ends a failed store of an id that nobody else knows: tombstones here, and where something may have arrived. So nothing of it appears later, also from machines that
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
            _tried.AddRange(tried.Select(holder => (id, holder)));
        }
    }

    /// <summary>Withdraws the file and all of its segments. Nothing is to be done when nothing was sent. What cannot be reached in a few seconds is left for later.</summary>
    public async Task RunAsync(FileId file)
    {
        List<(FileId Id, IReplicaHolder Holder)> all;
        lock (_lock)
        {
            // The file first: from then on nobody takes its segments for those of a file.
            all = _tried.Count == 0 ? [] : [(file, holders.Local), .. _tried.Where(one => one.Id == file), .. _tried.Where(one => one.Id != file)];
        }
        var now = time.GetUtcNow();
        // Not the caller's token, which may be the reason.
        using var late = new CancellationTokenSource(TransferTimeouts.Question, time);
        await Parallel.ForEachAsync(
            all.DistinctBy(one => (one.Id, one.Holder.Machine)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (one, _) =>
            {
                try
                {
                    await one.Holder.DeleteAsync(one.Id, now, late.Token).ConfigureAwait(false);
                }
                catch (Exception cause) when (cause is OperationCanceledException || HolderFailure.Of(one.Holder, cause) is not null)
                {
                    NotWithdrawn(logger, one.Id, one.Holder.Machine, cause);
                }
            }).ConfigureAwait(false);
    }

    [LoggerMessage(LogEvents.NotWithdrawn, LogLevel.Warning, "The failed store of '{File}' could not be withdrawn from machine '{Machine}'. What may be left there is refused wherever the tombstone is.", EventName = nameof(NotWithdrawn))]
    private static partial void NotWithdrawn(ILogger logger, FileId file, MachineId machine, Exception cause);
}
