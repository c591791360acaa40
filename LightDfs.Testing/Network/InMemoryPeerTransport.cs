using System.Runtime.ExceptionServices;
using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>The transport of one machine on an <see cref="InMemoryNetwork"/>. Bodies are streamed as the other side reads them, and never copied whole.</summary>
public sealed class InMemoryPeerTransport : IPeerTransport
{
    private readonly InMemoryNetwork _network;

    internal InMemoryPeerTransport(InMemoryNetwork network, string from)
    {
        _network = network;
        From = from;
    }

    /// <summary>The address that requests come from.</summary>
    public string From { get; }

    /// <inheritdoc/>
    public string Normalize(string address) => InMemoryAddress.Normalize(address);

    /// <inheritdoc/>
    /// <remarks>Nothing, unless it is set.</remarks>
    public IReadOnlyList<string> ListeningAt { get; set; } = [];

    /// <inheritdoc/>
    public bool IsLoopback(string address) => _network.IsLoopback;

    /// <inheritdoc/>
    public bool IsProtected(string address) => _network.IsProtected;

    /// <inheritdoc/>
    public async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfTooLong(request.Head, request.Proof);
        // A network never answers within the call that asks.
        await Task.Yield();
        var connection = _network.Connect(From, address, cancellationToken);
        var sent = new SentBodies();
        var exchange = new InMemoryExchange(connection, request, (passedOn, token) => DeliverAsync(connection, sent, passedOn, token));
        var answering = _network.Interceptor is { } interceptor ? interceptor(exchange, connection.Over).AsTask() : exchange.DeliverAsync(request, connection.Over).AsTask();
        try
        {
            var reply = await answering.WaitAsync(connection.Over);
            ThrowIfTooLong(reply.Head, reply.Proof);
            var (head, proof) = (reply.Head.ToArray(), reply.Proof.ToArray());
            return new PeerReply(new Received(reply, connection, head, proof))
            {
                Status = reply.Status,
                Head = head,
                Proof = proof,
                Body = reply.Body is null || reply.BodyLength == 0 ? null : new InMemoryBody(reply.Body, reply.BodyLength, connection.ReplyBreaksAfter, connection),
                BodyLength = reply.BodyLength,
            };
        }
        catch (Exception exception)
        {
            var ended = connection.Over.IsCancellationRequested ? connection.Ended() : null;
            connection.Break();
            connection.Dispose();
            _ = DisposeLateAsync(answering);
            if (ended is OperationCanceledException)
            {
                throw ended;
            }
            if (ended is null && sent.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
            throw exception as PeerUnreachableException ?? new PeerUnreachableException(address, $"the connection broke off: {(ended ?? exception).Message}", ended ?? exception);
        }
    }

    private async ValueTask<PeerReply> DeliverAsync(InMemoryConnection connection, SentBodies sent, PeerRequest request, CancellationToken cancellationToken)
    {
        await using var body = request.Body is null || request.BodyLength == 0 ? null : new InMemoryBody(request.Body, request.BodyLength, connection.RequestBreaksAfter, connection);
        sent.Last = body;
        // Copies, as on a real network: neither side sees what the other does to its buffers later.
        var received = new PeerRequest { Head = request.Head.ToArray(), Proof = request.Proof.ToArray(), Body = body, BodyLength = request.BodyLength };
        return await connection.Handler.HandleAsync(received, new PeerConnection(_network.IsProtected, _network.IsLoopback, connection.From), cancellationToken);
    }

    private static void ThrowIfTooLong(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> proof)
    {
        if (head.Length > PeerRequest.MaxHeadLength || proof.Length > PeerRequest.MaxProofLength)
        {
            throw new ArgumentException($"The head has {head.Length} bytes, the proof {proof.Length}: that is too long.");
        }
    }

    /// <summary>A reply that comes after its sender left is nobody's.</summary>
    private static async Task DisposeLateAsync(Task<PeerReply> answering)
    {
        await ((Task)answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answering.IsCompletedSuccessfully)
        {
            await (await answering).DisposeAsync();
        }
    }

    private sealed class SentBodies
    {
        public InMemoryBody? Last { get; set; }

        public Exception? Failure => Last?.Failure;
    }

    private sealed class Received(PeerReply reply, InMemoryConnection connection, byte[] head, byte[] proof) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // A transport may use the memory again by now; who still reads it is to notice.
            Array.Fill(head, (byte)0xDB);
            Array.Fill(proof, (byte)0xDB);
            connection.Dispose();
            await reply.DisposeAsync();
        }
    }
}
