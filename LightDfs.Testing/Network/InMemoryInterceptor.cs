using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>
/// Stands between sender and receiver of a request. It may wait before and after passing it on, pass on another request, give another reply (and then dispose the one it got),
/// or lose either by throwing <see cref="PeerUnreachableException"/>; losing the reply means: after <see cref="InMemoryExchange.DeliverAsync"/>, whose answer it disposes.
/// </summary>
/// <param name="exchange">Who sends what to whom.</param>
/// <param name="cancellationToken">Cancelled when the sender cancels or the network fails.</param>
public delegate ValueTask<PeerReply> InMemoryInterceptor(InMemoryExchange exchange, CancellationToken cancellationToken);
