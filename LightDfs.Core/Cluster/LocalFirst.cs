using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>
/// Whether ids are drawn for new files so that the machine that takes them in keeps a copy itself: that saves sending one, and reading it here asks nobody. Not while it is fuller than the
/// others, so that a machine that takes in most of the files does not fill up before them. Thread-safe.
/// </summary>
internal sealed class LocalFirst(IReplicaStore store, MembershipState membership, PeerDirectory directory, Func<MachineId> self, TimeProvider time)
{
    /// <summary>Heartbeats tell once a second how full the others are.</summary>
    private static readonly TimeSpan Anew = TimeSpan.FromSeconds(1);

    /// <summary>Differences of chance, and of what is under way, make nobody fuller.</summary>
    private const double Tolerance = 0.01;

    private readonly Lock _lock = new();
    private long? _looked;
    private bool _isDue;

    public bool IsDue
    {
        get
        {
            lock (_lock)
            {
                if (_looked is not { } looked || time.GetElapsedTime(looked) >= Anew)
                {
                    (_isDue, _looked) = (Look(), time.GetTimestamp());
                }
                return _isDue;
            }
        }
    }

    private bool Look()
    {
        var (own, view, usage) = (self(), membership.View, store.Usage);
        if (usage is not { IsFull: false, Failure: null } || view.Shares.CountOf(own) == 0)
        {
            // No id has this machine among its owners, or it takes nothing: drawing for it would be in vain.
            return false;
        }
        var others = view.Active.Where(machine => machine != own).Select(directory.Of).Where(peer => peer.IsUp).Select(peer => peer.View.Report).OfType<PeerReport>().ToList();
        return others.Count > 0 && Fullness(usage.Bytes, usage.FreeBytes) <= others.Average(other => Fullness(other.Bytes, other.FreeBytes)) + Tolerance;
    }

    /// <summary>The part of what a machine can hold that it holds.</summary>
    private static double Fullness(long held, long free) => (double)held + free <= 0 ? 1 : held / ((double)held + free);
}
