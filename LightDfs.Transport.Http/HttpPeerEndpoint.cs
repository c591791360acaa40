using System.Net;
using LightDfs.Peers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LightDfs.Transport.Http;

/// <summary>The receiving end: hands requests to the machine, and sends its replies.</summary>
internal sealed partial class HttpPeerEndpoint(ILogger<HttpPeerEndpoint> logger)
{
    /// <summary>The longest segment, and some slack.</summary>
    public const long MaxBodyLength = 65L * 1024 * 1024;

    private const int ChunkSize = 64 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        if (Problem(context.Request, out var head, out var proof) is var (code, text))
        {
            Log.NotAPeerRequest(logger, PeerConnections.Of(context).Remote, text);
            context.Response.StatusCode = code;
            await context.Response.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
            return;
        }
        var length = context.Request.ContentLength.GetValueOrDefault();
        var body = new PromisedStream(context.Request.Body, length, ownsInner: false, context.RequestAborted);
        await using (body.ConfigureAwait(false))
        {
            var request = new PeerRequest { Head = head, Proof = proof, Body = length == 0 ? null : body, BodyLength = length };
            var handler = context.RequestServices.GetRequiredService<IPeerHandler>();
            try
            {
                var reply = await handler.HandleAsync(request, PeerConnections.Of(context), context.RequestAborted).ConfigureAwait(false);
                await using (reply.ConfigureAwait(false))
                {
                    await TakeRestAsync(context, body, reply.Status).ConfigureAwait(false);
                    await SendAsync(context, reply).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is IOException || context.RequestAborted.IsCancellationRequested)
            {
                Log.SenderLeft(logger, PeerConnections.Of(context).Remote, exception);
                context.Abort();
            }
        }
    }

    private static (int Code, string Text)? Problem(HttpRequest request, out byte[]? head, out byte[]? proof)
    {
        head = proof = null;
        if (request.ContentLength is not { } length)
        {
            return (StatusCodes.Status411LengthRequired, "A request of a LightDfs machine has a Content-Length.");
        }
        if (length > MaxBodyLength)
        {
            return (StatusCodes.Status413PayloadTooLarge, $"A request of a LightDfs machine has at most {MaxBodyLength} bytes.");
        }
        if (request.Headers[PeerHeaders.Head] is not [{ } headText])
        {
            return (StatusCodes.Status400BadRequest, $"A request of a LightDfs machine has one header {PeerHeaders.Head}.");
        }
        var proofs = request.Headers[PeerHeaders.Proof];
        var proofText = proofs.Count == 0 ? "" : proofs[0] ?? "";
        if (PeerHeaders.IsTooLong(headText, PeerRequest.MaxHeadLength) || PeerHeaders.IsTooLong(proofText, PeerRequest.MaxProofLength))
        {
            return (StatusCodes.Status431RequestHeaderFieldsTooLarge, "A header of this request is longer than a LightDfs machine sends.");
        }
        return proofs.Count <= 1 && PeerHeaders.TryDecode(headText, PeerRequest.MaxHeadLength, out head) && PeerHeaders.TryDecode(proofText, PeerRequest.MaxProofLength, out proof)
            ? null
            : (StatusCodes.Status400BadRequest, "A header of this request is malformed.");
    }

    /// <summary>
    /// HTTP/1.1 clients look at the reply only after they sent everything, and the server cuts off those that are slow about it. So the rest is taken off the line first,
    /// except where the sender waits to be asked for it, and from strangers.
    /// </summary>
    private static async ValueTask TakeRestAsync(HttpContext context, PromisedStream body, PeerStatus status)
    {
        var senderWaits = !body.IsTouched && status != PeerStatus.Ok && context.Request.Headers.Expect.Count > 0;
        if (senderWaits || status is PeerStatus.Refused or PeerStatus.BadRequest)
        {
            return;
        }
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Clamp(body.Left, 1, ChunkSize));
        try
        {
            while (body.Left > 0)
            {
                await body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendAsync(HttpContext context, PeerReply reply)
    {
        PeerHeaders.ThrowIfTooLong(reply);
        // A peer takes a window as fast as the client behind it reads: one that pauses is no attacker, and cutting it off would cost it a healthy source. Only machines with
        // the cluster's key get bodies.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
        var response = context.Response;
        response.StatusCode = PeerStatusCodes.ToHttp(reply.Status);
        response.ContentLength = reply.BodyLength;
        response.Headers[PeerHeaders.Status] = PeerStatusCodes.ToHeader(reply.Status);
        response.Headers[PeerHeaders.Head] = PeerHeaders.Encode(reply.Head.Span);
        if (!reply.Proof.IsEmpty)
        {
            response.Headers[PeerHeaders.Proof] = PeerHeaders.Encode(reply.Proof.Span);
        }
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentType = "application/octet-stream";
        if (reply.Body is null)
        {
            await response.CompleteAsync().ConfigureAwait(false);
            return;
        }
        var source = new PromisedStream(reply.Body, reply.BodyLength, ownsInner: false, CancellationToken.None);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                while (source.Left > 0)
                {
                    var buffer = response.BodyWriter.GetMemory((int)Math.Min(source.Left, ChunkSize));
                    response.BodyWriter.Advance(await source.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false));
                    var flushed = await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                    if (flushed.IsCompleted)
                    {
                        throw new IOException("The peer does not read the reply any more.");
                    }
                }
            }
            catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
            {
                // Headers with the full length are gone: only breaking off tells the peer.
                Log.ReplyBrokeOff(logger, PeerConnections.Of(context).Remote, source.Left, reply.BodyLength, exception);
                context.Abort();
            }
        }
    }
}
