using LightDfs.Peers;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// A machine that is lost is set out of the ring, so that its copies are made elsewhere: only when more than half of N, this machine among them, have not reached it for the whole
/// grace time, and only where enough machines stay to hold all copies. So a minority cut off from the rest sets nobody out. A machine that is out takes that back by itself, once more
/// than half of N reach it again.
/// </summary>
internal sealed partial class GraceRule(
    TimeSpan? replaceAfter, int replicas, Self self, MembershipState membership, PeerDirectory directory, SettingsCheck settings, TimeProvider time, ILogger<GraceRule> logger)
{
    private readonly Dictionary<MachineId, long> _outVersions = [];
    private MembershipMap? _lookedThrough;
    private long? _lastLook;

    /// <summary>Looks once a second.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ControlTimeouts.HeartbeatEvery, time);
        do
        {
            try
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException cause)
            {
                GraceStepFailed(logger, cause);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Sets out who is lost, and takes back that this machine is out.</summary>
    /// <exception cref="StorageException">The change could not be flushed, and was not made.</exception>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        if (self.Id is not { } own)
        {
            return;
        }
        CountAnewAfterSleep();
        var before = membership.View.Map;
        CountAnewWhoCameBack(before);
        if (Changed(before, own).Digest == before.Digest)
        {
            return;
        }
        await membership.ChangeAsync(
            map =>
            {
                CountAnewWhoCameBack(map);
                return Changed(before = map, own);
            },
            cancellationToken).ConfigureAwait(false);
        LogChanges(before, membership.View.Map, own);
    }

    /// <summary>A machine that slept itself has not tried to reach anybody meanwhile.</summary>
    private void CountAnewAfterSleep()
    {
        var now = time.GetTimestamp();
        if (_lastLook is { } last && time.GetElapsedTime(last, now) >= ControlTimeouts.Fresh)
        {
            foreach (var peer in directory.All)
            {
                peer.CountDownAnew();
            }
        }
        _lastLook = now;
    }

    /// <summary>Who came back gets the whole grace time again, also from machines that have not reached it yet.</summary>
    private void CountAnewWhoCameBack(MembershipMap map)
    {
        if (map == _lookedThrough)
        {
            return;
        }
        _lookedThrough = map;
        foreach (var entry in map.Entries.Values)
        {
            if (!entry.Out.Value && _outVersions.TryGetValue(entry.Id, out var known) && known < entry.Out.Version)
            {
                directory.Of(entry.Id).CountDownAnew();
            }
            _outVersions[entry.Id] = entry.Out.Version;
        }
    }

    private MembershipMap Changed(MembershipMap map, MachineId own)
    {
        var view = membership.View;
        if (map.Entries.TryGetValue(own, out var entry) && entry.Out.Value && view.IsMajority(1 + CountReaching(view, own)))
        {
            map = map.WithOut(own, false);
        }
        foreach (var lost in map.Entries.Values.Where(other => other.IsInRing && other.Id != own && other.Self.Value.AwayAt(time.GetUtcNow()) is null && IsLost(view, other.Id)))
        {
            if (map.Entries.Values.Count(other => other.IsInRing) > replicas)
            {
                map = map.WithOut(lost.Id, true);
            }
        }
        return map;
    }

    /// <summary>Others that answer this machine, and say that they reach it.</summary>
    private int CountReaching(ClusterView view, MachineId own) =>
        Voters(view, own).Count(peer => peer.View.Report!.Down is { Length: < PeerReport.MostDown } down && !down.Any(one => one.Id == own));

    private bool IsLost(ClusterView view, MachineId machine)
    {
        // In a large cluster only as far as this machine has tried.
        if (replaceAfter is not { } grace || (view.IsLarge ? directory.Of(machine).UnansweredFor : directory.Of(machine).DownFor) is not { } down || down < grace
            || !view.Active.Contains(self.Id!.Value) || settings.DiffersFrom(machine))
        {
            return false;
        }
        var agreeing = Voters(view, machine).Count(peer => settings.AgreesWith(peer.Id) && peer.View.Report!.Down.Any(seen => seen.Id == machine && seen.Seconds >= grace.TotalSeconds));
        return view.IsMajority(1 + agreeing);
    }

    /// <summary>Active machines other than this and another one that are up, and told just now whom they reach.</summary>
    private IEnumerable<Peer> Voters(ClusterView view, MachineId except) =>
        view.Active.Where(machine => machine != except && machine != self.Id).Select(directory.Of).Where(peer => peer.HasTold(ControlTimeouts.Fresh));

    private void LogChanges(MembershipMap before, MembershipMap after, MachineId own)
    {
        foreach (var entry in after.Entries.Values)
        {
            if (before.Entries.TryGetValue(entry.Id, out var known) && known.Out.Value != entry.Out.Value)
            {
                if (entry.Out.Value)
                {
                    WentOut(logger, entry.Id, replaceAfter ?? default);
                }
                else if (entry.Id == own)
                {
                    CameBack(logger, entry.Id);
                }
            }
        }
    }
}
