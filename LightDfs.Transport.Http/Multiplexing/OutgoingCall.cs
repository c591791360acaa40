using System.Buffers;
using System.IO.Pipelines;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>A request that was sent, and its reply as it comes. <see cref="OutgoingConnection"/> takes frames in for it, one after the other.</summary>
internal sealed class OutgoingCall(OutgoingConnection connection, uint id, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<PeerReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PipeWriter? _body;
    private long _left;
    private int _taken;

    public uint Id => id;

    /// <summary>When the request was sent, as a timestamp.</summary>
    public long Sent { get; set; }

    public Task<PeerReply> Reply => _reply.Task;

    /// <summary>Takes in the head of the reply, and a body that comes with it. True when nothing more comes.</summary>
    /// <exception cref="InvalidDataException">It is no reply, or the second one.</exception>
    public bool TakeReply(ReadOnlySpan<byte> payload)
    {
        var (status, headLength, proofLength, bodyLength, isWhole) = ReplyHeader.Read(payload);
        if (_body is not null)
        {
            throw new InvalidDataException("A request was replied to twice.");
        }
        // The frame's memory is used again for the next one. All of the reply lives in one array.
        var rest = new RentedReply(payload[ReplyHeader.Length..]);
        _reply.TrySetResult(new PeerReply(rest)
        {
            Status = status,
            Head = rest.Bytes.AsMemory(0, headLength),
            Proof = rest.Bytes.AsMemory(headLength, proofLength),
            Body = bodyLength == 0 ? null
                : isWhole ? new MemoryStream(rest.Bytes, headLength + proofLength, (int)bodyLength, writable: false)
                : OpenBody(bodyLength),
            BodyLength = bodyLength,
        });
        return isWhole;
    }

    /// <summary>Takes in bytes of a long body. True when they are the last.</summary>
    /// <exception cref="InvalidDataException">There is no such body, or not so much is left of it.</exception>
    public bool TakeData(ReadOnlySpan<byte> bytes)
    {
        if (_body is null || bytes.Length > _left)
        {
            throw new InvalidDataException("More of a reply came than it promised.");
        }
        bytes.CopyTo(_body.GetSpan(bytes.Length));
        _body.Advance(bytes.Length);
        // Never waits: the server sends no more than it was allowed.
        _ = _body.FlushAsync(CancellationToken.None).AsTask();
        _left -= bytes.Length;
        if (_left == 0)
        {
            _body.Complete();
        }
        return _left == 0;
    }

    /// <summary>No reply will come, or no more of it.</summary>
    public void Fail(PeerUnreachableException why)
    {
        _reply.TrySetException(why);
        _body?.Complete(new IOException(why.Message, why));
    }

    /// <summary>The sender waits no longer.</summary>
    public void Cancel()
    {
        Leave();
        _reply.TrySetCanceled(cancellationToken);
    }

    private OutgoingBody OpenBody(long length)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        (_body, _left) = (pipe.Writer, length);
        return new OutgoingBody(this, pipe.Reader.AsStream(), length, cancellationToken);
    }

    private void Leave() => connection.Leave(this);

    /// <summary>Bytes of the body were read: so many more may come.</summary>
    private void Took(int count)
    {
        _taken += count;
        if (_taken >= Frame.Window / 2)
        {
            connection.Allow(this, _taken);
            _taken = 0;
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
