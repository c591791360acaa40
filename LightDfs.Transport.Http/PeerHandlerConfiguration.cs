namespace LightDfs.Transport.Http;

/// <summary>One change to the handler that connects to peers, made in the order of registration.</summary>
internal sealed record PeerHandlerConfiguration(Action<SocketsHttpHandler> Configure);
