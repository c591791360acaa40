using System.Net.Sockets;

namespace CustomTransport;

/// <summary>
/// The receiving half: hands what comes in to the machine. A hosted service listens just when it should: the machine opens its disk in the host's Starting phase, before this starts,
/// begins to ask its peers in the Started phase, after it, and closes its disk in the Stopped phase, when this has stopped.
/// </summary>
/// <param name="address">Where to listen, such as unix:/run/lightdfs/a.sock.</param>
/// <param name="handler">The machine, as a transport sees it.</param>
public sealed class UnixSocketListener(string address, IPeerHandler handler) : IHostedService, IDisposable
{
    private readonly string _path = UnixAddress.PathOf(UnixAddress.Normalize(address));
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _open = [];
    private Task _accepting = Task.CompletedTask;

    /// <summary>Listens from here on.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A process that was killed leaves its socket behind.
        File.Delete(_path);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(512);
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    /// <summary>Breaks off what is open, and returns when all of it has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_open);
        _listener.Dispose();
        File.Delete(_path);
    }

    /// <summary>Frees the socket.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var serving = ServeAsync(await _listener.AcceptAsync(_stop.Token));
                _open.RemoveWhere(task => task.IsCompleted);
                _open.Add(serving);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Stopping; or a sender that left before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        await using var connection = new NetworkStream(socket, ownsSocket: true);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await AnswerAsync(connection, over);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or OperationCanceledException)
        {
            // Closing the connection is all that can be said to a sender that left, or that is none.
        }
    }

    private async Task AnswerAsync(NetworkStream connection, CancellationTokenSource over)
    {
        var frame = await Frame.ReadAsync(connection, over.Token);
        await using var body = new BodyStream(connection, frame.BodyLength, over.Token);
        var watching = WatchAsync(connection, frame.BodyLength == 0 ? Task.CompletedTask : body.Taken, over);
        var request = new PeerRequest { Head = frame.Head, Proof = frame.Proof, Body = frame.BodyLength == 0 ? null : body, BodyLength = frame.BodyLength };
        try
        {
            await using var reply = await handler.HandleAsync(request, new PeerConnection(IsProtected: true, IsLoopback: true, address), over.Token);
            // What the handler left of the body is taken off the line by whoever watches it.
            await body.DisposeAsync();
            await new Frame((int)reply.Status, reply.Head, reply.Proof, reply.BodyLength).WriteAsync(connection, over.Token);
            await new SentBody(reply.Body, reply.BodyLength).CopyToAsync(connection, over.Token);
            // The sender hangs up when it has read what it wants. Hanging up first could cost it the end of the reply.
            connection.Socket.Shutdown(SocketShutdown.Send);
            await watching;
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }
    }

    /// <summary>After its body a sender sends nothing more, so the end of the line means that it left: then nobody needs to go on.</summary>
    private static async Task WatchAsync(NetworkStream connection, Task bodyTaken, CancellationTokenSource over)
    {
        try
        {
            await bodyTaken.WaitAsync(over.Token);
            var scratch = new byte[16 * 1024];
            while (await connection.ReadAsync(scratch, over.Token) > 0)
            {
                // The rest of a body that nobody wanted.
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It left with a bang, or all is over anyway.
        }
        await over.CancelAsync();
    }
}
