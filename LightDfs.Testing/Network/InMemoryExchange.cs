using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>One request and its reply, as an <see cref="InMemoryInterceptor"/> sees them.</summary>
public sealed class InMemoryExchange
{
    private readonly InMemoryConnection _connection;
    private readonly Func<PeerRequest, CancellationToken, ValueTask<PeerReply>> _deliver;

    internal InMemoryExchange(InMemoryConnection connection, PeerRequest request, Func<PeerRequest, CancellationToken, ValueTask<PeerReply>> deliver)
    {
        _connection = connection;
        Request = request;
        _deliver = deliver;
    }

    /// <summary>The sender's address.</summary>
    public string From => _connection.From;

    /// <summary>The receiver's address.</summary>
    public string To => _connection.To;

    /// <summary>The request as it was sent.</summary>
    public PeerRequest Request { get; }

    /// <summary>Hands a request to the receiver. The caller owns the reply, and disposes it unless it passes it on.</summary>
    public ValueTask<PeerReply> DeliverAsync(PeerRequest request, CancellationToken cancellationToken) => _deliver(request, cancellationToken);

    /// <summary>Lets the connection break off when the receiver has read so many bytes of the request's body; call it before <see cref="DeliverAsync"/>. A shorter body arrives whole.</summary>
    public void BreakRequestAfter(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _connection.RequestBreaksAfter = bytes;
    }

    /// <summary>Lets the connection break off when the sender has read so many bytes of the reply's body. A shorter body arrives whole.</summary>
    public void BreakReplyAfter(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _connection.ReplyBreaksAfter = bytes;
    }

    /// <summary>What to throw when the request or its reply is to be lost.</summary>
    public PeerUnreachableException Lost(string what) => new(To, $"{what} from '{From}' was lost, as the test wants it.");
}
