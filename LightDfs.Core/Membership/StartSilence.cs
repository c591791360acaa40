using LightDfs.Peers;
using LightDfs.Text;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// Who has not answered since this machine's start, and why. It is logged once, when the start time-out is over: whoever goes down later is logged then, but of whoever never came up nothing else tells.
/// </summary>
/// <param name="membership">Who should answer.</param>
/// <param name="directory">Who does.</param>
/// <param name="left">How much is left of the start time-out.</param>
/// <param name="time">What time it is.</param>
/// <param name="logger">Hears it.</param>
internal sealed partial class StartSilence(MembershipState membership, PeerDirectory directory, Func<TimeSpan> left, TimeProvider time, ILogger<StartSilence> logger)
{
    private const int MostNamed = 10;
    private bool _isOver;

    /// <summary>Logs it, if it is time to.</summary>
    /// <param name="why">Why a listed address never answered.</param>
    /// <param name="self">This machine; <see langword="null"/> while it has no id.</param>
    public void Look(Func<string, string> why, MachineId? self)
    {
        if (_isOver || left() > TimeSpan.Zero)
        {
            return;
        }
        _isOver = true;
        if (Named(why, self) is { Length: > 0 } silent)
        {
            SilentSinceStart(logger, silent);
        }
    }

    /// <summary>A sentence for each of the silent ones, with its reason; empty when there are none.</summary>
    public string Named(Func<string, string> why, MachineId? self)
    {
        var view = membership.View;
        var now = time.GetUtcNow();
        var all = view.Silent.Select(address => $"'{address}': {Sentence.Ended(why(address))}").Concat(
            from entry in view.Map.Entries.Values
            let peer = directory.Of(entry.Id)
            where entry.Id != self && view.Asked.Contains(entry.Id) && peer is { IsUp: false, LastFailure: not null } && entry.Self.Value.AwayAt(now) is null
            select $"Machine '{entry.Id}' at '{peer.View.Address}': {Sentence.Ended(peer.View.Why)}").ToList();
        return string.Join(' ', all.Take(MostNamed)) + (all.Count > MostNamed ? $" And others: {all.Count - MostNamed}." : "");
    }
}
