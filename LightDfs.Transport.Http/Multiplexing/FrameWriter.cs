using System.Buffers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>
/// Writes the frames of many calls to one connection: what is added while it sends goes out together with the next sending. Thread-safe.
/// </summary>
/// <param name="stream">The connection. Stays the caller's.</param>
/// <param name="broken">Told, once, that sending failed. Frames added afterwards go nowhere.</param>
/// <param name="life">Ends the sending.</param>
internal sealed class FrameWriter(Stream stream, Action<Exception> broken, CancellationToken life) : IThreadPoolWorkItem
{
    /// <summary>Bytes that wait to be sent beyond which <see cref="RoomAsync"/> waits.</summary>
    private const int Most = 1024 * 1024;

    private const int Usual = 16 * 1024;

    private readonly Lock _lock = new();
    private byte[] _waiting = [];
    private int _length;
    private bool _isSending;
    private bool _isEnded;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _silence;

    /// <summary>Adds a frame; its payload is the parts, one after the other. Never waits: who adds much awaits <see cref="RoomAsync"/> before.</summary>
    public void Add(FrameKind kind, uint call, ReadOnlySpan<byte> first = default, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default, ReadOnlySpan<byte> fourth = default)
    {
        var payload = first.Length + second.Length + third.Length + fourth.Length;
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }
            var to = Reserve(Frame.HeaderLength + payload);
            Frame.WriteHeader(to, kind, call, payload);
            to = to[Frame.HeaderLength..];
            first.CopyTo(to);
            second.CopyTo(to[first.Length..]);
            third.CopyTo(to[(first.Length + second.Length)..]);
            fourth.CopyTo(to[(first.Length + second.Length + third.Length)..]);
            if (_isSending)
            {
                return;
            }
            _isSending = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Completes when there is room for more, or nothing is sent any more.</summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => Room() is { } room ? WaitAsync(room, cancellationToken) : default;

    /// <summary>Ends the sending, of which its token was cancelled, and waits until the stream is left alone.</summary>
    public Task EndAsync()
    {
        lock (_lock)
        {
            End();
            if (!_isSending)
            {
                return Task.CompletedTask;
            }
            _silence ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _silence.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    /// <summary>Completes when it is worth looking again; <see langword="null"/> when there is room.</summary>
    private Task? Room()
    {
        lock (_lock)
        {
            if (_length < Most || _isEnded)
            {
                return null;
            }
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private async ValueTask WaitAsync(Task? room, CancellationToken cancellationToken)
    {
        // All who wait are woken together, and not all of them fit.
        for (; room is not null; room = Room())
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Span<byte> Reserve(int count)
    {
        var needed = checked(_length + count);
        if (_waiting.Length < needed)
        {
            var longer = ArrayPool<byte>.Shared.Rent(Math.Max(Usual, Math.Max(needed, _waiting.Length * 2)));
            _waiting.AsSpan(0, _length).CopyTo(longer);
            Return(_waiting);
            _waiting = longer;
        }
        var reserved = _waiting.AsSpan(_length, count);
        _length = needed;
        return reserved;
    }

    private async Task SendAsync()
    {
        try
        {
            while (Take() is var (sending, length) && length > 0)
            {
                try
                {
                    await stream.WriteAsync(sending.AsMemory(0, length), life).ConfigureAwait(false);
                }
                finally
                {
                    Return(sending);
                }
            }
        }
        catch (Exception exception)
        {
            // Before it is said that the stream is left alone: whoever waits for that is gone then.
            try
            {
                broken(exception);
            }
            finally
            {
                lock (_lock)
                {
                    End();
                    _isSending = false;
                    _silence?.SetResult();
                }
            }
        }
    }

    private (byte[] Sending, int Length) Take()
    {
        lock (_lock)
        {
            var taken = (_waiting, _length);
            (_waiting, _length) = ([], 0);
            _room?.SetResult();
            _room = null;
            if (taken._length == 0)
            {
                _isSending = false;
                _silence?.SetResult();
            }
            return taken;
        }
    }

    private void End()
    {
        _isEnded = true;
        Return(_waiting);
        (_waiting, _length) = ([], 0);
        _room?.SetResult();
        _room = null;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
