using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Expiring;

/// <summary>
/// Deletes the files that have expired, as a caller would. Of the machines that own a file the first does it that is up and has a clock to go by, so that not all do it at once.
/// Nothing is deleted by a machine whose clock stands alone.
/// </summary>
internal sealed partial class Expirer(
    IReplicaStore store, FileDeletion deletion, MembershipState membership, PeerDirectory directory, ClockCheck clock, Func<MachineId?> self, Func<bool> isReady, TimeProvider time, ILogger<Expirer> logger)
{
    private const int Batch = 1024;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await StepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes what has expired and is this machine's to delete. How many files that were.</summary>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        var (deleted, failed, reason) = (0, 0, "");
        var tried = new HashSet<FileId>();
        // What is another's to delete, or cannot be deleted now, stays in front; so the page grows until it reaches what is behind.
        for (var limit = Batch; ; limit = (int)Math.Min(2L * limit, int.MaxValue))
        {
            var expired = store.ListExpired(time.GetUtcNow(), limit);
            foreach (var file in expired.Where(tried.Add))
            {
                // Asked for each: a pass may be long, and a clock set meanwhile.
                if (!isReady() || !clock.MayDestroyByAge)
                {
                    break;
                }
                if (!IsOurs(file))
                {
                    continue;
                }
                try
                {
                    await deletion.RunAsync(file, file, cancellationToken).ConfigureAwait(false);
                    deleted++;
                }
                catch (Exception cause) when (cause is LightDfsException or IOException)
                {
                    failed++;
                    reason = cause.Message;
                    NotExpiredNow(logger, file, reason);
                }
            }
            if (expired.Count < limit || limit == int.MaxValue)
            {
                break;
            }
        }
        if (deleted > 0)
        {
            Expired(logger, deleted);
        }
        if (failed > 0)
        {
            ExpiringFailed(logger, failed, reason);
        }
        return deleted;
    }

    private bool IsOurs(FileId file)
    {
        foreach (var machine in membership.View.PreferenceOf(file))
        {
            if (machine == self())
            {
                return true;
            }
            if (directory.Of(machine).IsUp && clock.IsReliedOn(machine))
            {
                return false;
            }
        }
        return false;
    }
}
