using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>The sending end of a multiplexed connection: many requests at once, each answered when it is done. Thread-safe.</summary>
internal sealed class OutgoingConnection : IDisposable
{
    /// <summary>
    /// Who gives up on a request after it waited for so long, and nothing at all came meanwhile, may wait on a connection that is dead without either end knowing: another one is made for what comes next.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, OutgoingCall> _calls = [];
    private readonly CancellationTokenSource _life = new();
    private readonly string _address;
    private readonly Stream _stream;
    private readonly IDisposable _owned;
    private readonly FrameWriter _writer;
    private readonly TimeProvider _time;
    private PeerUnreachableException? _ended;
    private int _waiting;
    private bool _isRetired;
    private bool _hasReceived;

    /// <summary>When the last frame came.</summary>
    private long _received;

    /// <summary>A connection, and what is disposed with it.</summary>
    public OutgoingConnection(string address, Stream stream, IDisposable owned, TimeProvider time)
    {
        (_address, _stream, _owned, _time) = (address, stream, owned, time);
        _writer = new FrameWriter(stream, cause => End(HttpFailures.OfException(cause), cause), _life.Token);
        _ = ReadAsync();
    }

    /// <summary>False once it takes no requests any more, which does not come back.</summary>
    public bool IsOpen => !_isRetired;

    /// <summary>Whether anything ever came on it.</summary>
    public bool HasWorked => Volatile.Read(ref _hasReceived);

    /// <summary>How many requests it was given.</summary>
    public uint Requests { get; private set; }

    /// <summary>Whether somebody waits for a reply, or reads one.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _waiting > 0;
            }
        }
    }

    /// <summary>A place for one more request, which <see cref="SendAsync"/> takes; false when there is none.</summary>
    public bool TryBegin([NotNullWhen(true)] out OutgoingCall? call, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isRetired || _calls.Count >= Frame.MaxCalls)
            {
                call = null;
                return false;
            }
            call = new OutgoingCall(this, ++Requests, cancellationToken);
            _calls.Add(call.Id, call);
            _waiting++;
            return true;
        }
    }

    /// <summary>Sends a request whose body is at most <see cref="Frame.MaxInlineBody"/> long, and returns the reply once its head is there.</summary>
    /// <exception cref="PeerUnreachableException">The connection ended, or the receiver broke off.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<PeerReply> SendAsync(OutgoingCall call, PeerRequest request, CancellationToken cancellationToken)
    {
        var length = (int)request.BodyLength;
        var body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var read = length == 0 ? 0 : await request.Body!.ReadAtLeastAsync(body.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read < length)
            {
                throw PromisedStream.EndedShort(length - read, length);
            }
            await _writer.RoomAsync(cancellationToken).ConfigureAwait(false);
            Add(call, request, body.AsSpan(0, length));
        }
        catch
        {
            Forget(call);
            // If the connection ended just now, that is not what went wrong.
            _ = call.Reply.Exception;
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
        await using (cancellationToken.UnsafeRegister(static call => ((OutgoingCall)call!).Cancel(), call).ConfigureAwait(false))
        {
            return await call.Reply.ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more requests, and closes once those it has are answered.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
        }
        EndIfUnneeded();
    }

    /// <summary>Closes at once; what is unanswered fails.</summary>
    public void Dispose() => End("this machine stops.", null);

    /// <summary>The reply to a call is not waited for any more.</summary>
    internal void GiveUp(OutgoingCall call)
    {
        var silent = _time.GetElapsedTime(Math.Max(Volatile.Read(ref _received), call.Sent));
        if (Leave(call) && silent >= Silence)
        {
            Retire();
        }
    }

    /// <summary>What comes for a call is not wanted any more; false when that is known, or nothing comes.</summary>
    internal bool Leave(OutgoingCall call)
    {
        lock (_lock)
        {
            if (call.IsLeft || !_calls.ContainsKey(call.Id))
            {
                return false;
            }
            call.IsLeft = true;
            _waiting--;
        }
        _writer.Add(FrameKind.Cancel, call.Id);
        EndIfUnneeded();
        return true;
    }

    internal void Allow(OutgoingCall call, int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, bytes);
        _writer.Add(FrameKind.Credit, call.Id, payload);
    }

    private void Add(OutgoingCall call, PeerRequest request, ReadOnlySpan<byte> body)
    {
        Span<byte> header = stackalloc byte[RequestHeader.Length];
        RequestHeader.Write(header, request.Head.Length, request.Proof.Length);
        call.Sent = _time.GetTimestamp();
        _writer.Add(FrameKind.Request, call.Id, header, request.Head.Span, request.Proof.Span, body);
    }

    private async Task ReadAsync()
    {
        using var reader = new FrameReader(_stream);
        try
        {
            while (await reader.ReadAsync(_life.Token).ConfigureAwait(false) is { } frame)
            {
                Volatile.Write(ref _received, _time.GetTimestamp());
                Volatile.Write(ref _hasReceived, true);
                Take(frame);
            }
            End("it ended the connection. It may be stopping.", null);
        }
        catch (InvalidDataException exception)
        {
            End(HttpFailures.Malformed(exception.Message.TrimEnd('.')), exception);
        }
        catch (Exception exception)
        {
            End(HttpFailures.OfException(exception), exception);
        }
        finally
        {
            // Here alone, where frames are taken in: a call is never told two things at once.
            FailUnanswered();
        }
    }

    private void Take(Frame frame)
    {
        if (frame.Kind == FrameKind.Leaving)
        {
            Retire();
            return;
        }
        OutgoingCall? call;
        lock (_lock)
        {
            if (!_calls.TryGetValue(frame.Call, out call))
            {
                return;
            }
        }
        switch (frame.Kind)
        {
            case FrameKind.Reply:
                ForgetIf(call.TakeReply(frame.Payload.Span, out var reply), call);
                call.Deliver(reply);
                break;
            case FrameKind.Data:
                ForgetIf(call.TakeData(frame.Payload.Span), call);
                break;
            case FrameKind.BrokenOff:
                Forget(call);
                call.Fail(new PeerUnreachableException(_address, "it broke off. Its log says why."));
                break;
            default:
                throw new InvalidDataException($"A frame of kind {frame.Kind} is for servers");
        }
    }

    private void ForgetIf(bool isDone, OutgoingCall call)
    {
        if (isDone)
        {
            Forget(call);
        }
    }

    private void Forget(OutgoingCall call)
    {
        lock (_lock)
        {
            if (_calls.Remove(call.Id) && !call.IsLeft)
            {
                _waiting--;
            }
        }
        EndIfUnneeded();
    }

    private void EndIfUnneeded()
    {
        lock (_lock)
        {
            if (!_isRetired || _waiting > 0)
            {
                return;
            }
        }
        End("it is not needed any more.", null);
    }

    private void End(string why, Exception? cause)
    {
        lock (_lock)
        {
            if (_ended is not null)
            {
                return;
            }
            _ended = new PeerUnreachableException(_address, why, cause);
            _isRetired = true;
        }
        // Ends the reading, if that is not where this comes from.
        _life.Cancel();
        _owned.Dispose();
    }

    private void FailUnanswered()
    {
        List<OutgoingCall> unanswered;
        lock (_lock)
        {
            unanswered = [.. _calls.Values];
            _calls.Clear();
            _waiting = 0;
        }
        foreach (var call in unanswered)
        {
            call.Fail(_ended!);
        }
    }
}
