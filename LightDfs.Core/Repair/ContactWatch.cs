using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Repair;

/// <summary>
/// Notices when this machine was out of contact: for ten seconds without more than half of the members, or itself asleep for as long. Deletes may have passed it by then.
/// In a large cluster it has not tried most of the members lately: there it goes by those that it has, too.
/// </summary>
internal sealed class ContactWatch(MembershipState membership, PeerDirectory directory, Func<MachineId?> self, TimeProvider time)
{
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private long _aloneSince;
    private long? _lastLook;
    private bool _wasAway;
    private volatile bool _isAlone;

    /// <summary>True once for each absence, when it is over.</summary>
    /// <param name="isRegular">True for the look that is taken every second: only there a gap means sleep. The others cost nothing while all is well.</param>
    public bool IsBack(bool isRegular)
    {
        if (!isRegular && !_isAlone)
        {
            return false;
        }
        var hasMajority = HasMajority();
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (isRegular)
            {
                _wasAway |= _lastLook is { } last && time.GetElapsedTime(last, now) >= Absence;
                _lastLook = now;
            }
            if (!hasMajority)
            {
                _aloneSince = _isAlone ? _aloneSince : now;
                _isAlone = true;
                return false;
            }
            _wasAway |= _isAlone && time.GetElapsedTime(_aloneSince, now) >= Absence;
            _isAlone = false;
            (var isBack, _wasAway) = (_wasAway, false);
            return isBack;
        }
    }

    private bool HasMajority()
    {
        var view = membership.View;
        var (own, up) = (self(), 1);
        var (answered, failed) = (1, 0);
        foreach (var id in view.Active)
        {
            if (id == own)
            {
                continue;
            }
            var peer = directory.Of(id);
            up += peer.IsUp ? 1 : 0;
            if (view.IsLarge)
            {
                answered += peer.AnsweredWithin(Lately) ? 1 : 0;
                // Not those that have been down for long: it is asked whether contact is lost now.
                failed += peer.FailedWithin(Lately) && peer.DownFor <= Absence ? 1 : 0;
            }
        }
        return view.IsMajority(up) && answered > failed;
    }
}
