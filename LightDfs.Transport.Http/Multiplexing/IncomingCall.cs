using System.Buffers;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>A request that came, and its reply as it is sent.</summary>
internal sealed class IncomingCall : IThreadPoolWorkItem, IDisposable
{
    private readonly IncomingConnection _connection;
    private readonly CancellationTokenSource _cancel = new();
    private readonly byte[] _headAndProof;
    private readonly int _headLength;
    private readonly byte[] _body;
    private readonly int _bodyLength;
    private readonly Lock _lock = new();
    private int _credit = Frame.Window;
    private TaskCompletionSource? _more;

    /// <param name="connection">What it came on.</param>
    /// <param name="id">Its number there.</param>
    /// <param name="payload">The request; copied.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public IncomingCall(IncomingConnection connection, uint id, ReadOnlySpan<byte> payload)
    {
        (_connection, Id) = (connection, id);
        (_headLength, var proof, _bodyLength) = RequestHeader.Read(payload);
        _headAndProof = payload.Slice(RequestHeader.Length, _headLength + proof).ToArray();
        _body = ArrayPool<byte>.Shared.Rent(_bodyLength);
        payload[^_bodyLength..].CopyTo(_body);
    }

    public uint Id { get; }

    /// <summary>Cancelled when the sender goes away, or wants no more.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>The request. Its body is valid until this is disposed.</summary>
    public PeerRequest Request => new()
    {
        Head = _headAndProof.AsMemory(0, _headLength),
        Proof = _headAndProof.AsMemory(_headLength),
        Body = _bodyLength == 0 ? null : new MemoryStream(_body, 0, _bodyLength, writable: false),
        BodyLength = _bodyLength,
    };

    /// <summary>Ends it. Never waits for what that sets off. Not after this was disposed.</summary>
    public void Cancel() => _ = _cancel.CancelAsync();

    /// <summary>So many more bytes may be sent.</summary>
    /// <exception cref="InvalidDataException">More than the sender can have read.</exception>
    public void Allow(int bytes)
    {
        lock (_lock)
        {
            if (bytes <= 0 || bytes > Frame.Window - _credit)
            {
                throw new InvalidDataException($"A peer allows {bytes} bytes where {Frame.Window - _credit} were sent.");
            }
            _credit += bytes;
            _more?.SetResult();
            _more = null;
        }
    }

    /// <summary>How many bytes to send now, at least one and at most <paramref name="wanted"/>, which must be positive; waits until the sender has room.</summary>
    public async ValueTask<int> SpendAsync(int wanted)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_credit > 0)
                {
                    var spent = Math.Min(_credit, wanted);
                    _credit -= spent;
                    return spent;
                }
                _more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = _more.Task;
            }
            await more.WaitAsync(Cancelled).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_body);
        _cancel.Dispose();
    }

    void IThreadPoolWorkItem.Execute() => _ = _connection.AnswerAsync(this);
}
