using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Which members this machine sees down, and for how long: what its heartbeats say of others. Thread-safe.</summary>
internal sealed class Downtimes(MembershipState membership, PeerDirectory directory, Func<MachineId?> self, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);
    private Found? _last;

    public ImmutableArray<DownMachine> Now
    {
        get
        {
            var view = membership.View;
            if (!view.IsLarge)
            {
                return Find(view, peer => peer.DownFor);
            }
            // Looking at all of so many machines for each heartbeat would be most of what one costs.
            if (Volatile.Read(ref _last) is not { } last || time.GetElapsedTime(last.At) >= Kept)
            {
                // Only as far as it was tried: hearsay, and time in which nobody tried, are no evidence.
                last = new Found(time.GetTimestamp(), Find(view, peer => peer.UnansweredFor));
                Volatile.Write(ref _last, last);
            }
            // Who is up again hears so at once.
            return last.Down.RemoveAll(machine => directory.Of(machine.Id).IsUp);
        }
    }

    private ImmutableArray<DownMachine> Find(ClusterView view, Func<Peer, TimeSpan?> downFor)
    {
        var own = self();
        var down = new List<DownMachine>();
        foreach (var machine in view.Asked)
        {
            if (machine != own && downFor(directory.Of(machine)) is { } time)
            {
                down.Add(new(machine, (int)Math.Min(time.TotalSeconds, int.MaxValue)));
            }
        }
        // Where there are more than fit, those that are down longest are the ones that matter.
        return [.. down.OrderByDescending(machine => machine.Seconds).ThenBy(machine => machine.Id).Take(PeerReport.MostDown).OrderBy(machine => machine.Id)];
    }

    private sealed record Found(long At, ImmutableArray<DownMachine> Down);
}
