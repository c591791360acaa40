using System.Buffers;
using System.IO.Pipelines;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>A request that was sent, and its reply as it comes. <see cref="OutgoingConnection"/> takes frames in for it, one after the other.</summary>
internal sealed class OutgoingCall(OutgoingConnection connection, uint id, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<PeerReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Pipe? _body;
    private long _left;
    private int _allowed = Frame.Window;
    private int _read;

    public uint Id => id;

    /// <summary>Whether nobody waits for it any more; it counts until the server is done with it all the same. Under the connection's lock.</summary>
    public bool IsLeft { get; set; }

    /// <summary>When the request was sent, as a timestamp.</summary>
    public long Sent { get; set; }

    public Task<PeerReply> Reply => _reply.Task;

    /// <summary>Takes in the head of the reply, and a body that comes with it, for <see cref="Deliver"/>. True when nothing more comes.</summary>
    /// <exception cref="InvalidDataException">It is no reply, or the second one.</exception>
    public bool TakeReply(ReadOnlySpan<byte> payload, out PeerReply reply)
    {
        var (status, headLength, proofLength, bodyLength, isWhole) = ReplyHeader.Read(payload);
        if (_left > 0)
        {
            throw new InvalidDataException("A request was replied to twice.");
        }
        _left = isWhole ? 0 : bodyLength;
        // The frame's memory is used again for the next one. All of the reply lives in one array.
        var rest = new RentedReply(payload[ReplyHeader.Length..]);
        reply = new PeerReply(rest)
        {
            Status = status,
            Head = rest.Bytes.AsMemory(0, headLength),
            Proof = rest.Bytes.AsMemory(headLength, proofLength),
            Body = bodyLength == 0 ? null
                : isWhole ? new MemoryStream(rest.Bytes, headLength + proofLength, (int)bodyLength, writable: false)
                : OpenBody(),
            BodyLength = bodyLength,
        };
        return isWhole;
    }

    /// <summary>Gives the reply to whoever waits for it.</summary>
    public void Deliver(PeerReply reply) => _reply.TrySetResult(reply);

    /// <summary>Takes in bytes of a long body. True when they are the last.</summary>
    /// <exception cref="InvalidDataException">There is no such body, or not so much is left of it.</exception>
    public bool TakeData(ReadOnlySpan<byte> bytes)
    {
        if (_body is null || bytes.Length > _left || Interlocked.Add(ref _allowed, -bytes.Length) < 0)
        {
            throw new InvalidDataException("More of a reply came than it promised, or than was allowed.");
        }
        var to = _body.Writer;
        bytes.CopyTo(to.GetSpan(bytes.Length));
        to.Advance(bytes.Length);
        // Never waits: no more is kept than was allowed.
        _ = to.FlushAsync(CancellationToken.None).AsTask();
        _left -= bytes.Length;
        if (_left == 0)
        {
            to.Complete();
        }
        return _left == 0;
    }

    /// <summary>No reply will come, or no more of it.</summary>
    public void Fail(PeerUnreachableException why)
    {
        _reply.TrySetException(why);
        _body?.Writer.Complete(new IOException(why.Message, why));
    }

    /// <summary>The sender waits no longer.</summary>
    public void Cancel()
    {
        // Before anything that may end the connection, which would be another reason.
        _reply.TrySetCanceled(cancellationToken);
        connection.GiveUp(this);
    }

    private OutgoingBody OpenBody()
    {
        _body = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        return new OutgoingBody(this, _body.Reader.AsStream(), _left, cancellationToken);
    }

    private void Leave()
    {
        connection.Leave(this);
        // Who still reads it, on another thread, waits for nothing any more.
        _body!.Reader.CancelPendingRead();
    }

    /// <summary>Bytes of the body were read: so many more may come.</summary>
    private void Took(int count)
    {
        _read += count;
        if (_read >= Frame.Window / 2)
        {
            Interlocked.Add(ref _allowed, _read);
            connection.Allow(this, _read);
            _read = 0;
        }
    }

    /// <summary>What a reply consists of, until it is disposed.</summary>
    private sealed class RentedReply : IDisposable
    {
        private byte[]? _rented;

        public RentedReply(ReadOnlySpan<byte> bytes)
        {
            Bytes = _rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(Bytes);
        }

        public byte[] Bytes { get; }

        public void Dispose()
        {
            // Twice is harmless, as everywhere; returned twice it would be two replies' at once.
            if (Interlocked.Exchange(ref _rented, null) is { } rented)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>A long body: reading it makes room for more, and giving it up ends it at the server.</summary>
    private sealed class OutgoingBody(OutgoingCall call, Stream inner, long length, CancellationToken cancellation)
        : PromisedStream(inner, length, ownsInner: true, cancellation)
    {
        public override ValueTask DisposeAsync()
        {
            call.Leave();
            return base.DisposeAsync();
        }

        protected override void Took(int count) => call.Took(count);

        protected override void Dispose(bool disposing)
        {
            call.Leave();
            base.Dispose(disposing);
        }
    }
}
