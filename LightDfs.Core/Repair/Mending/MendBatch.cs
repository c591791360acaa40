using System.Collections.Concurrent;
using LightDfs.Identity;

namespace LightDfs.Repair.Mending;

/// <summary>Sends copies, the most urgent first, so many at a time as the pace allows.</summary>
internal sealed class MendBatch(ReplicaSender sender, RepairPace pace)
{
    /// <summary>A machine that refused for so often in one batch is not tried any more in it.</summary>
    private const int MostRefusals = 8;

    /// <returns>How many were sent; what was not is tried again by the next pass. And why, the last reason of each machine.</returns>
    public async Task<(int Sent, IReadOnlyDictionary<MachineId, string> Refusals)> RunAsync(List<MendWork> work, CancellationToken cancellationToken)
    {
        work.Sort(MendWork.MostUrgent);
        var sent = 0;
        var refused = new ConcurrentDictionary<MachineId, (int Count, string Reason)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = pace.Out, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work, parallel, async (one, token) =>
        {
            if (!one.To.IsUp || (refused.TryGetValue(one.To.Id, out var before) && before.Count >= MostRefusals))
            {
                return;
            }
            if (await sender.SendAsync(one.To, one.Stamp, token).ConfigureAwait(false) is { } reason)
            {
                refused.AddOrUpdate(one.To.Id, (1, reason), (_, known) => (known.Count + 1, reason));
            }
            else
            {
                Interlocked.Increment(ref sent);
            }
        }).ConfigureAwait(false);
        return (sent, refused.ToDictionary(pair => pair.Key, pair => pair.Value.Reason));
    }
}
