using System.Buffers;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

internal sealed partial class IncomingConnection
{
    /// <summary>Does what a request asks, and sends the reply.</summary>
    internal async Task AnswerAsync(IncomingCall call)
    {
        using (call)
        {
            try
            {
                var reply = await _handler.HandleAsync(call.Request, _connection, call.Cancelled).ConfigureAwait(false);
                await using (reply.ConfigureAwait(false))
                {
                    await SendAsync(call, reply).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                if (!call.Cancelled.IsCancellationRequested)
                {
                    AnswerBrokeOff(_logger, _connection.Remote, exception);
                }
                await SayBrokenOffAsync(call).ConfigureAwait(false);
            }
            finally
            {
                Done(call);
            }
        }
    }

    private async ValueTask SendAsync(IncomingCall call, PeerReply reply)
    {
        PeerHeaders.ThrowIfTooLong(reply);
        // Only who has proven itself gets a signed reply.
        if (!reply.Proof.IsEmpty)
        {
            _isProven = true;
        }
        // Who asks and does not read keeps its places, and runs out of them.
        await _writer.RoomAsync(call.Cancelled).ConfigureAwait(false);
        if (reply.Body is null)
        {
            AddLast(call, reply, default);
            return;
        }
        var body = new PromisedStream(reply.Body, reply.BodyLength, ownsInner: false, call.Cancelled);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(reply.BodyLength, Frame.MaxInlineBody));
        try
        {
            await SendAsync(call, reply, body, buffer).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask SendAsync(IncomingCall call, PeerReply reply, PromisedStream body, byte[] buffer)
    {
        // What is there at once goes with the head, where that is all. The head waits for nothing.
        var first = body.ReadAsync(buffer);
        if (first.IsCompletedSuccessfully && body.Left == 0)
        {
            AddLast(call, reply, buffer.AsSpan(0, await first.ConfigureAwait(false)));
            return;
        }
        Add(call, reply, default);
        for (var ready = await first.ConfigureAwait(false); ; ready = await body.ReadAsync(buffer).ConfigureAwait(false))
        {
            for (var sent = 0; sent < ready;)
            {
                var count = await call.SpendAsync(Math.Min(ready - sent, Frame.MaxData)).ConfigureAwait(false);
                await _writer.RoomAsync(call.Cancelled).ConfigureAwait(false);
                sent += count;
                if (sent == ready && body.Left == 0)
                {
                    Forget(call);
                }
                _writer.Add(FrameKind.Data, call.Id, buffer.AsSpan(sent - count, count));
            }
            if (body.Left == 0)
            {
                return;
            }
        }
    }

    /// <summary>A reply that is whole.</summary>
    private void AddLast(IncomingCall call, PeerReply reply, ReadOnlySpan<byte> body)
    {
        Forget(call);
        Add(call, reply, body);
    }

    private async ValueTask SayBrokenOffAsync(IncomingCall call)
    {
        try
        {
            // Until the connection ends: what the call was cancelled for is no reason not to say so.
            await _writer.RoomAsync(_life.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Forget(call);
        _writer.Add(FrameKind.BrokenOff, call.Id);
    }

    private void Add(IncomingCall call, PeerReply reply, ReadOnlySpan<byte> body)
    {
        Span<byte> header = stackalloc byte[ReplyHeader.Length];
        ReplyHeader.Write(header, reply.Status, reply.Head.Length, reply.Proof.Length, reply.BodyLength);
        _writer.Add(FrameKind.Reply, call.Id, header, reply.Head.Span, reply.Proof.Span, body);
    }
}
