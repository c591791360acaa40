namespace LightDfs.Peers;

/// <summary>How a peer answered. The numbers are part of the wire format; transports carry them unchanged.</summary>
public enum PeerStatus
{
    /// <summary>Done; for a question, yes.</summary>
    Ok = 0,

    /// <summary>The peer holds nothing of that id.</summary>
    NotFound = 1,

    /// <summary>The peer holds a tombstone of that id.</summary>
    Deleted = 2,

    /// <summary>The peer holds another version, or another proposal won.</summary>
    Conflict = 3,

    /// <summary>The request was meant for another machine or another run of it; the reply says who answers here.</summary>
    Misdirected = 4,

    /// <summary>The peer is starting, or does not know the sender for one of its own yet: asking again in a moment may help.</summary>
    Starting = 5,

    /// <summary>The peer cannot do it now; the reply says why.</summary>
    Unavailable = 6,

    /// <summary>The peer's disk is full.</summary>
    Full = 7,

    /// <summary>The request is malformed, or of a kind the peer does not know.</summary>
    BadRequest = 8,

    /// <summary>The request is not proven: no or wrong proof, replayed, altered, or over a channel that is not allowed. Never signed.</summary>
    Refused = 9,

    /// <summary>The peer has it, but damaged.</summary>
    Damaged = 10,
}
