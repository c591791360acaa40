using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>One request and its reply, as an <see cref="InMemoryInterceptor"/> sees them.</summary>
public sealed class InMemoryExchange
{
    private readonly Func<PeerRequest, CancellationToken, ValueTask<PeerReply>> _deliver;

    internal InMemoryExchange(string from, string to, PeerRequest request, Func<PeerRequest, CancellationToken, ValueTask<PeerReply>> deliver)
    {
        From = from;
        To = to;
        Request = request;
        _deliver = deliver;
    }

    /// <summary>The sender's address.</summary>
    public string From { get; }

    /// <summary>The receiver's address.</summary>
    public string To { get; }

    /// <summary>The request as it was sent.</summary>
    public PeerRequest Request { get; }

    /// <summary>Hands a request to the receiver. The caller owns the reply, and disposes it unless it passes it on.</summary>
    public ValueTask<PeerReply> DeliverAsync(PeerRequest request, CancellationToken cancellationToken) => _deliver(request, cancellationToken);

    /// <summary>What to throw when the request or its reply is to be lost.</summary>
    public PeerUnreachableException Lost(string what) => new(To, $"{what} from '{From}' was lost, as the test wants it.");
}
