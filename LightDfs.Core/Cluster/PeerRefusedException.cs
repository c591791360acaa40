namespace LightDfs.Cluster;

/// <summary>A machine answered, and said that it cannot do it now, and why.</summary>
/// <param name="reason">Why.</param>
/// <param name="endsSoon">True when that ends within moments by itself.</param>
internal sealed class PeerRefusedException(string reason, bool endsSoon = false) : LightDfsException(reason)
{
    public PeerRefusedException(Peers.Refusal refusal)
        : this(refusal.Why, refusal.EndsSoon)
    {
    }

    public PeerRefusedException(Peers.PeerAnswer answer)
        : this(answer.Reason, answer.Status == Peers.PeerStatus.Starting)
    {
    }

    public bool EndsSoon => endsSoon;
}
