using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace CustomTransport;

/// <summary>Carries requests to peers over Unix domain sockets, one connection a request. The other half is <see cref="UnixSocketListener"/>.</summary>
public sealed class UnixSocketTransport : IPeerTransport
{
    /// <inheritdoc/>
    public string Normalize(string address) => UnixAddress.Normalize(address);

    /// <summary>A Unix socket never leaves its host.</summary>
    public bool IsLoopback(string address) => true;

    /// <summary>Only the kernel is between the two processes.</summary>
    public bool IsProtected(string address) => true;

    /// <inheritdoc/>
    public async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Head.Length > PeerRequest.MaxHeadLength || request.Proof.Length > PeerRequest.MaxProofLength)
        {
            throw new ArgumentException($"The head has {request.Head.Length} bytes, the proof {request.Proof.Length}: that is too long.", nameof(request));
        }
        cancellationToken.ThrowIfCancellationRequested();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var body = new SentBody(request.Body, request.BodyLength);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(UnixAddress.PathOf(address)), cancellationToken);
            return await ExchangeAsync(new NetworkStream(socket, ownsSocket: true), request, body, cancellationToken);
        }
        catch (Exception exception)
        {
            // Breaking off is what tells the receiver.
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (body.Failure is { } own)
            {
                ExceptionDispatchInfo.Throw(own);
            }
            throw new PeerUnreachableException(address, $"{exception.Message} Is it running, and does it listen at this path?", exception);
        }
    }

    private static async Task<PeerReply> ExchangeAsync(NetworkStream connection, PeerRequest request, SentBody body, CancellationToken cancellationToken)
    {
        // Both at once: a peer may answer before it has read the body.
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(connection, request, body, answered.Token);
        var receiving = Frame.ReadAsync(connection, cancellationToken);
        try
        {
            await Task.WhenAny(sending, receiving);
            if (body.Failure is { } own)
            {
                throw own;
            }
            // A peer that hung up may have answered before; so whether everything could be sent does not matter.
            var reply = await receiving;
            return new PeerReply(connection)
            {
                Status = (PeerStatus)reply.Status,
                Head = reply.Head,
                Proof = reply.Proof,
                Body = reply.BodyLength == 0 ? null : new BodyStream(connection, reply.BodyLength, cancellationToken),
                BodyLength = reply.BodyLength,
            };
        }
        finally
        {
            // From here on the request's body is the caller's again.
            await answered.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(Stream connection, PeerRequest request, SentBody body, CancellationToken cancellationToken)
    {
        await new Frame(0, request.Head, request.Proof, request.BodyLength).WriteAsync(connection, cancellationToken);
        await body.CopyToAsync(connection, cancellationToken);
    }
}
