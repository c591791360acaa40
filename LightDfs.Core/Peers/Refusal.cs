namespace LightDfs.Peers;

/// <summary>Why a machine does not do what it is asked.</summary>
/// <param name="Why">What the asker is told.</param>
/// <param name="EndsSoon">True when it ends within moments by itself, so that asking again is worth it: machines that start together agree on their cluster.</param>
internal readonly record struct Refusal(string Why, bool EndsSoon = false)
{
    public PeerOutcome Outcome => PeerOutcome.Because(EndsSoon ? PeerStatus.Starting : PeerStatus.Unavailable, Why);
}
