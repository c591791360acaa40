using LightDfs.Identity;

namespace LightDfs.Repair.Mending;

/// <summary>Sends copies, the most urgent first, so many at a time as the pace allows.</summary>
internal sealed class MendBatch(ReplicaSender sender, RepairPace pace)
{
    /// <summary>A machine that refused so often in one pass is not tried any more in it.</summary>
    private const int MostRefusals = 8;

    /// <summary>What was not sent, and why, is noted in the result; it is tried again by the next pass.</summary>
    /// <returns>How many were sent.</returns>
    public async Task<int> RunAsync(PassResult result, List<MendWork> work, CancellationToken cancellationToken)
    {
        work.Sort(MendWork.MostUrgent);
        var sent = 0;
        var refused = result.Refusals;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = pace.Out, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work, parallel, async (one, token) =>
        {
            if (!one.To.IsUp || (refused.TryGetValue(one.To.Id, out var before) && before.Count >= MostRefusals))
            {
                return;
            }
            if (one.To.View.Report is { Failure: { Length: > 0 } failure })
            {
                // It would take nothing, and each attempt might wait for its disk in vain.
                refused[one.To.Id] = (MostRefusals, failure);
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
        foreach (var (machine, refusal) in refused)
        {
            result.Failures.TryAdd(machine, refusal.Reason);
        }
        result.Done += sent;
        return sent;
    }
}
