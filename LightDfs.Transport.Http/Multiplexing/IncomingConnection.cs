using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>The receiving end of a multiplexed connection: hands requests to the machine as they come, and sends each reply when it is there.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no link, so it has nothing to free; and who cancels it may come late.")]
internal sealed partial class IncomingConnection
{
    /// <summary>A connection on which nothing comes for one to two times so long, and nothing is asked, is ended. Longer than the sender keeps an unused one.</summary>
    public static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(90);

    /// <summary>Until then a sender has shown that it is a machine, by a request that is answered with proof.</summary>
    public static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(10);

    /// <summary>Senders that are told of the app's stopping end the connection. Those that have nothing to wait for, and do not, are cut off after two to three times so long.</summary>
    public static readonly TimeSpan LeavingCheck = TimeSpan.FromSeconds(1);

    /// <summary>So many times longer may a reply wait for somebody who reads it slowly.</summary>
    private const int BusyChecks = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, IncomingCall> _calls = [];
    private readonly CancellationTokenSource _life = new();
    private readonly Stream _stream;
    private readonly FrameWriter _writer;
    private readonly IPeerHandler _handler;
    private readonly PeerConnection _connection;
    private readonly ILogger _logger;
    private readonly Action _abort;
    private readonly ITimer _check;
    private TaskCompletionSource? _allDone;
    private int _running;
    private volatile bool _isProven;
    private bool _isLeaving;
    private long _received;
    private long _receivedAtCheck;
    private int _quietChecks;
    private int _unusedChecks;

    /// <param name="stream">The connection.</param>
    /// <param name="abort">Closes it at once.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="connection">What is known of it.</param>
    /// <param name="time">Measures how long nothing comes.</param>
    /// <param name="logger">Where failures are told.</param>
    public IncomingConnection(Stream stream, Action abort, IPeerHandler handler, PeerConnection connection, TimeProvider time, ILogger logger)
    {
        (_stream, _abort, _handler, _connection, _logger) = (stream, abort, handler, connection, logger);
        _writer = new FrameWriter(stream, _ => _life.Cancel(), _life.Token);
        _check = time.CreateTimer(static connection => ((IncomingConnection)connection!).Check(), this, ProofTime, IdleCheck);
    }

    /// <summary>Serves until the sender ends the connection, it breaks off, or nothing comes any more. Then nothing of it is left.</summary>
    /// <param name="stopping">Cancelled when the app stops: the sender is told, ends the connection once it is answered, and is cut off if it does not.</param>
    /// <param name="aborted">Cancelled when the connection is gone.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        var isAtEnd = false;
        using var reader = new FrameReader(_stream);
        await using (_check.ConfigureAwait(false))
        await using (aborted.UnsafeRegister(static life => ((CancellationTokenSource)life!).Cancel(), _life).ConfigureAwait(false))
        await using (stopping.UnsafeRegister(static connection => ((IncomingConnection)connection!).Leave(), this).ConfigureAwait(false))
        {
            try
            {
                while (await reader.ReadAsync(_life.Token).ConfigureAwait(false) is { } frame)
                {
                    Interlocked.Increment(ref _received);
                    Take(frame);
                }
                isAtEnd = true;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or OperationCanceledException)
            {
                ConnectionEnded(_logger, _connection.Remote, exception);
            }
            finally
            {
                await EndAsync(isAtEnd).ConfigureAwait(false);
            }
        }
    }

    private void Take(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Request:
                Begin(frame);
                break;
            case FrameKind.Cancel:
                Find(frame.Call, static (call, _) => call.Cancel(), 0);
                break;
            case FrameKind.Credit when frame.Payload.Length == sizeof(int):
                Find(frame.Call, static (call, bytes) => call.Allow(bytes), BinaryPrimitives.ReadInt32LittleEndian(frame.Payload.Span));
                break;
            default:
                throw new InvalidDataException($"A frame of kind {frame.Kind} and {frame.Payload.Length} bytes is not for servers.");
        }
    }

    private void Begin(Frame frame)
    {
        var call = new IncomingCall(this, frame.Call, frame.Payload.Span);
        lock (_lock)
        {
            if (_calls.Count >= Frame.MaxCalls || !_calls.TryAdd(frame.Call, call))
            {
                call.Dispose();
                throw new InvalidDataException($"Request {frame.Call} came twice, or while {Frame.MaxCalls} others were unanswered.");
            }
            _running++;
        }
        ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
    }

    /// <summary>Those that are answered are gone, and what is said of them came too late. Under the lock, so that none goes meanwhile.</summary>
    private void Find(uint id, Action<IncomingCall, int> tell, int argument)
    {
        lock (_lock)
        {
            if (_calls.TryGetValue(id, out var call))
            {
                tell(call, argument);
            }
        }
    }

    /// <summary>Its place is free. Before the sender can know: it counts no less than this end does.</summary>
    private void Forget(IncomingCall call)
    {
        lock (_lock)
        {
            Remove(call);
        }
    }

    private void Remove(IncomingCall call)
    {
        // By now another request may have its number.
        if (_calls.GetValueOrDefault(call.Id) == call)
        {
            _calls.Remove(call.Id);
        }
    }

    /// <summary>Nothing is done for it any more, however it ended.</summary>
    private void Done(IncomingCall call)
    {
        lock (_lock)
        {
            Remove(call);
            _running--;
            if (_running == 0)
            {
                _allDone?.TrySetResult();
            }
        }
    }

    private async Task EndAsync(bool isAtEnd)
    {
        await _life.CancelAsync().ConfigureAwait(false);
        Task done;
        lock (_lock)
        {
            _allDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var call in _calls.Values)
            {
                call.Cancel();
            }
            done = _running == 0 ? Task.CompletedTask : _allDone.Task;
        }
        if (!isAtEnd || !done.IsCompleted)
        {
            // The sender sees it now, however long those take that are not done.
            _abort();
        }
        await done.ConfigureAwait(false);
        await _writer.EndAsync().ConfigureAwait(false);
    }

    private void Leave()
    {
        lock (_lock)
        {
            _isLeaving = true;
        }
        _writer.Add(FrameKind.Leaving, 0);
        _check.Change(LeavingCheck, LeavingCheck);
    }

    private void Check()
    {
        lock (_lock)
        {
            var received = Volatile.Read(ref _received);
            _quietChecks = received == _receivedAtCheck ? _quietChecks + 1 : 0;
            _receivedAtCheck = received;
            _unusedChecks = _calls.Count == 0 ? _unusedChecks + 1 : 0;
            // Twice, where the last reply may just be on its way.
            var isUnused = _isLeaving ? _unusedChecks > 1 : _unusedChecks > 0 && _quietChecks > 0;
            if (_isProven && !isUnused && (_isLeaving || _quietChecks < BusyChecks))
            {
                return;
            }
        }
        _life.Cancel();
    }
}
