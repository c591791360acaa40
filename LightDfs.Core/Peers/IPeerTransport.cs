namespace LightDfs.Peers;

/// <summary>
/// Carries requests to peers. Addresses are opaque text to everyone else. It carries and reports; it never retries, redirects or decides. Thread-safe.
/// The other direction is <see cref="IPeerHandler"/>.
/// </summary>
public interface IPeerTransport
{
    /// <summary>Brings an address into its one usual form, so that two spellings of one address compare equal, ordinally.</summary>
    /// <exception cref="FormatException">It is no address of this transport. The message says what one looks like.</exception>
    string Normalize(string address);

    /// <summary>True when a normalised address can only be reached from this host itself.</summary>
    bool IsLoopback(string address);

    /// <summary>True when nobody between here and a normalised address can read or change what is sent, as with TLS.</summary>
    bool IsProtected(string address);

    /// <summary>
    /// Where this machine's server listens now, normalised, as far as the transport knows; wildcards are left out, since they reach nobody. Default: it does not know, and the
    /// machine learns its addresses from its peers.
    /// </summary>
    IReadOnlyList<string> ListeningAt => [];

    /// <summary>
    /// Sends one request, and returns the reply once its head is there; its body then comes as it is read. The caller disposes the reply.
    /// Cancelling ends the request, and the reading of its reply.
    /// </summary>
    /// <param name="address">A normalised address.</param>
    /// <param name="request">Its body is read to its promised length, unless the peer answers before.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PeerUnreachableException">No reply of a LightDfs machine came; the message says what came instead.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken);
}
