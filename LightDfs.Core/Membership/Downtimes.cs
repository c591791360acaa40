using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Which members this machine sees down, and for how long: what its heartbeats say of others.</summary>
internal sealed class Downtimes(MembershipState membership, PeerDirectory directory, Func<MachineId?> self)
{
    public ImmutableArray<DownMachine> Now
    {
        get
        {
            var own = self();
            var down = new List<DownMachine>();
            foreach (var machine in membership.View.Asked)
            {
                if (machine != own && directory.Of(machine).DownFor is { } time)
                {
                    down.Add(new(machine, (int)Math.Min(time.TotalSeconds, int.MaxValue)));
                }
            }
            // Where there are more than fit, those that are down longest are the ones that matter.
            return [.. down.OrderByDescending(machine => machine.Seconds).ThenBy(machine => machine.Id).Take(PeerReport.MostDown).OrderBy(machine => machine.Id)];
        }
    }
}
