using LightDfs.Identity;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Compares this machine's clock with the others'. What destroys by age (collecting, forgetting, expiring) rests on a machine whose clock stands alone, or that cannot tell.
/// </summary>
internal sealed class ClockCheck(MembershipState membership, PeerDirectory directory, Self self)
{
    /// <summary>True when this clock is within a minute of the median of the clocks of more than half of N.</summary>
    public bool MayDestroyByAge
    {
        get
        {
            var view = membership.View;
            var (median, clocks) = MedianOf(view);
            return view.IsMajority(clocks) && median.Duration() <= ControlTimeouts.ClockTolerance;
        }
    }

    /// <summary>
    /// True for another machine whose clock, as it looks from here, is so near the median that it does not rest for certain. Where that is not certain, it and whoever asks act both: twice does
    /// no harm, and never would.
    /// </summary>
    public bool IsReliedOn(MachineId machine) =>
        directory.Of(machine).View.ClockAhead is not { } ahead || (ahead - MedianOf(membership.View).Median).Duration() <= ControlTimeouts.ClockTolerance / 2;

    /// <summary>How far the median of the clocks that are known is ahead of this one, and how many they are.</summary>
    private (TimeSpan Median, int Clocks) MedianOf(ClusterView view)
    {
        var ahead = view.Active.Where(machine => machine != self.Id)
            .Select(machine => directory.Of(machine).View)
            .Where(peer => peer is { State: MachineState.Up, ClockAhead: not null })
            .Select(peer => peer.ClockAhead!.Value)
            .Append(TimeSpan.Zero)
            .Order()
            .ToList();
        return ((ahead[(ahead.Count - 1) / 2] + ahead[ahead.Count / 2]) / 2, ahead.Count);
    }
}
