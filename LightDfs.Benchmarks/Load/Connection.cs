using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LightDfs.Benchmarks.Load;

/// <summary>One connection with at most one request in flight.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;
    private readonly Requests _requests;
    private byte[] _first = [];
    private long _sent;
    private bool _isSent;

    public Connection(string address, Requests requests)
    {
        _requests = requests;
        var endpoint = IPEndPoint.Parse(address);
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(endpoint);
        Address = address;
    }

    public string Address { get; }

    public Answer Answer { get; } = new();

    /// <summary>True from a request's first byte to its answer's last.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>When the request began, by <see cref="Stopwatch"/>.</summary>
    public long Begun { get; private set; }

    public void WatchBy(Epoll epoll, int number) => epoll.Watch(_socket, number);

    public void Begin()
    {
        Answer.Clear();
        (_first, _sent, _isSent, IsBusy) = (_requests.Next(), 0, false, true);
        Begun = Stopwatch.GetTimestamp();
        Send();
    }

    /// <summary>Goes on as far as it goes without waiting. True when the answer is complete.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The answer is none.</exception>
    public bool Continue(Span<byte> buffer)
    {
        if (!_isSent)
        {
            Send();
        }
        while (!Answer.IsComplete)
        {
            var (wanted, unseen) = Answer.Left > 0 ? ((int)Math.Min(Answer.Left, buffer.Length), true) : (buffer.Length, false);
            var received = unseen ? Epoll.TryDiscard(_socket, buffer[..wanted]) : Epoll.TryReceive(_socket, buffer);
            switch (received)
            {
                case < 0:
                    return false;
                case 0:
                    throw new IOException($"{Address} closed the connection before its answer was complete.");
                default:
                    break;
            }
            if (unseen)
            {
                Answer.Skip(received);
            }
            else
            {
                Answer.Take(buffer[..received]);
            }
        }
        if (!_isSent)
        {
            throw new IOException($"{Address} answered {Answer.Status} before it had the whole request.");
        }
        IsBusy = false;
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private void Send()
    {
        while (true)
        {
            var rest = _requests.Rest(_first, _sent);
            if (rest.IsEmpty)
            {
                _isSent = true;
                return;
            }
            var count = Epoll.TrySend(_socket, rest);
            if (count < 0)
            {
                return;
            }
            _sent += count;
        }
    }
}
