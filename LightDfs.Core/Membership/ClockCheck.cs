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
            var ahead = view.Active.Where(machine => machine != self.Id)
                .Select(machine => directory.Of(machine).View)
                .Where(peer => peer is { State: MachineState.Up, ClockAhead: not null })
                .Select(peer => peer.ClockAhead!.Value)
                .Append(TimeSpan.Zero)
                .Order()
                .ToList();
            var median = (ahead[(ahead.Count - 1) / 2] + ahead[ahead.Count / 2]) / 2;
            return view.IsMajority(ahead.Count) && median.Duration() <= ControlTimeouts.ClockTolerance;
        }
    }
}
