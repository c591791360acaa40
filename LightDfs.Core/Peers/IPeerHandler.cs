namespace LightDfs.Peers;

/// <summary>The inbound half of a transport: Core implements it, a transport calls it.</summary>
public interface IPeerHandler
{
    /// <summary>
    /// Handles one request. Always gives a reply, also to bad requests; the transport sends it and then disposes it. Throws only when cancelled, or when the request's body
    /// breaks off; then nothing was stored.
    /// </summary>
    /// <param name="request">Its body may be left unread: an early refusal.</param>
    /// <param name="connection">What the request came on.</param>
    /// <param name="cancellationToken">Cancelled when the sender goes away.</param>
    ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken);
}
