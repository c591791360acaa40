using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>One request on its way, from being sent until its reply is disposed. Breaks when its sender cancels, or the network fails.</summary>
internal sealed class InMemoryConnection : IDisposable
{
    private readonly Action<InMemoryConnection> _close;
    private readonly CancellationTokenSource _over;
    private int _disposed;

    public InMemoryConnection(long number, string from, string to, IPeerHandler handler, Action<InMemoryConnection> close, CancellationToken cancellationToken)
    {
        Number = number;
        From = from;
        To = to;
        Handler = handler;
        _close = close;
        Cancelled = cancellationToken;
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Over = _over.Token;
    }

    /// <summary>Of the connections of a network, in the order of their making.</summary>
    public long Number { get; }

    public string From { get; }

    public string To { get; }

    public IPeerHandler Handler { get; }

    /// <summary>The sender's own token.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Cancelled when the sender cancels or the network fails.</summary>
    public CancellationToken Over { get; }

    /// <summary>After so many bytes of the request's body the connection breaks; <see langword="null"/>: not there.</summary>
    public long? RequestBreaksAfter { get; set; }

    /// <summary>After so many bytes of the reply's body the connection breaks; <see langword="null"/>: not there.</summary>
    public long? ReplyBreaksAfter { get; set; }

    public void Break()
    {
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment, which is as good.
        }
    }

    /// <summary>What reading and waiting on a connection that is over ends with.</summary>
    public Exception Ended() => Cancelled.IsCancellationRequested
        ? new OperationCanceledException(Cancelled)
        : new IOException($"The connection from '{From}' to '{To}' broke off.");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _close(this);
            _over.Dispose();
        }
    }
}
