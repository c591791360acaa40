namespace LightDfs.Peers;

/// <summary>A peer did not answer, or what answered at its address is no LightDfs machine.</summary>
public sealed class PeerUnreachableException(string address, string reason, Exception? inner = null)
    : LightDfsException($"Peer '{address}' did not answer: {reason}", inner)
{
    /// <summary>The address that was asked.</summary>
    public string Address { get; } = address;

    /// <summary>Why, as a sentence for people.</summary>
    public string Reason { get; } = reason;
}
