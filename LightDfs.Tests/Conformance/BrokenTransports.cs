using LightDfs.Peers;

namespace LightDfs.Tests.Conformance;

/// <summary>A sound transport, with its receiving end, for others to spoil in one point.</summary>
internal class BrokenTransport : IPeerTransport
{
    public IPeerTransport Sound { get; set; } = null!;

    public virtual string Normalize(string address) => Sound.Normalize(address);

    public bool IsLoopback(string address) => Sound.IsLoopback(address);

    public bool IsProtected(string address) => Sound.IsProtected(address);

    public virtual Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken) => Sound.SendAsync(address, request, cancellationToken);

    /// <summary>What the receiving end does.</summary>
    public virtual ValueTask<PeerReply> ReceiveAsync(IPeerHandler handler, PeerRequest request, PeerConnection connection, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, connection, cancellationToken);

    protected static PeerRequest With(PeerRequest request, Stream? body = null, long? bodyLength = null, ReadOnlyMemory<byte>? head = null) =>
        new() { Head = head ?? request.Head, Proof = request.Proof, Body = body ?? request.Body, BodyLength = bodyLength ?? request.BodyLength };

    protected static PeerReply With(PeerReply reply, Stream? body = null, long? bodyLength = null, ReadOnlyMemory<byte>? head = null) =>
        new(reply) { Status = reply.Status, Head = head ?? reply.Head, Proof = reply.Proof, Body = body ?? reply.Body, BodyLength = bodyLength ?? reply.BodyLength };
}

/// <summary>A reply's body that breaks off looks as if it were whole.</summary>
internal sealed class ShortReplyBody : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        return reply.Body is null ? reply : With(reply, new SpoiltStream(reply.Body) { EndsWhereItBreaks = true });
    }
}

/// <summary>A request's body that breaks off looks as if it were whole.</summary>
internal sealed class ShortRequestBody : BrokenTransport
{
    public override ValueTask<PeerReply> ReceiveAsync(IPeerHandler handler, PeerRequest request, PeerConnection connection, CancellationToken cancellationToken) =>
        base.ReceiveAsync(handler, request.Body is null ? request : With(request, new SpoiltStream(request.Body) { EndsWhereItBreaks = true }), connection, cancellationToken);
}

/// <summary>Promises one byte more than comes.</summary>
internal sealed class WrongLength : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        return With(reply, bodyLength: reply.BodyLength + 1);
    }
}

/// <summary>Loses the last byte of long bodies, and the tail of long heads; puts something where nothing was.</summary>
internal sealed class Altering : BrokenTransport
{
    private const int Longest = 900;

    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var head = request.Head.IsEmpty ? new byte[] { 0 } : request.Head[..Math.Min(Longest, request.Head.Length)];
        var reply = await base.SendAsync(address, With(request, head: head), cancellationToken);
        return reply.Body is null ? reply : With(reply, new SpoiltStream(reply.Body) { Longest = Longest });
    }
}

/// <summary>As a server that closes connections whose request it did not read to the end.</summary>
internal sealed class ResetByEarlyAnswer : BrokenTransport
{
    public override async ValueTask<PeerReply> ReceiveAsync(IPeerHandler handler, PeerRequest request, PeerConnection connection, CancellationToken cancellationToken)
    {
        var body = request.Body is null ? null : new SpoiltStream(request.Body);
        var reply = await base.ReceiveAsync(handler, With(request, body), connection, cancellationToken);
        return body is null || body.Given == request.BodyLength ? reply : throw new IOException("Connection reset by peer.");
    }
}

internal sealed class DisposingSendersStream : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        request.Body?.Dispose();
        return reply;
    }
}

/// <summary>Never tells the receiving end that the reply is not wanted any more, nor frees what belongs to it.</summary>
internal sealed class LeakingReplies : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        return new PeerReply
        {
            Status = reply.Status,
            Head = reply.Head,
            Proof = reply.Proof,
            Body = reply.Body is null ? null : new SpoiltStream(reply.Body),
            BodyLength = reply.BodyLength,
        };
    }
}

/// <summary>One buffer for all heads.</summary>
internal sealed class MixingReplies : BrokenTransport
{
    private readonly byte[] _head = new byte[1];

    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        reply.Head.Span[..1].CopyTo(_head);
        // Long enough for another reply to come.
        for (var turn = 0; turn < 20; turn++)
        {
            await Task.Yield();
        }
        _head[0]++;
        return With(reply, head: _head);
    }
}

internal sealed class StatusesAllOk : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(address, request, cancellationToken);
        return new PeerReply(reply) { Status = PeerStatus.Ok, Head = reply.Head, Proof = reply.Proof, Body = reply.Body, BodyLength = reply.BodyLength };
    }
}

internal sealed class AnyAddress : BrokenTransport
{
    public override string Normalize(string address) => address;
}

/// <summary>Lets whatever its sockets throw through.</summary>
internal sealed class RawFailures : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(address, request, cancellationToken);
        }
        catch (PeerUnreachableException exception)
        {
            throw new IOException(exception.Message);
        }
    }
}

/// <summary>Makes one kind of failure of all that go wrong, also of the sender's own.</summary>
internal sealed class OneFailureForAll : BrokenTransport
{
    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(address, request, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new PeerUnreachableException(address, "something went wrong.", exception);
        }
    }
}

internal sealed class TransportSwallowingCancellation : BrokenTransport
{
    public override Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken) => base.SendAsync(address, request, CancellationToken.None);
}

internal sealed class BrokenForGood : BrokenTransport
{
    private volatile bool _failed;

    public override async Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        if (_failed)
        {
            throw new PeerUnreachableException(address, "it failed before.");
        }
        try
        {
            return await base.SendAsync(address, request, cancellationToken);
        }
        catch (PeerUnreachableException)
        {
            _failed = true;
            throw;
        }
    }
}
