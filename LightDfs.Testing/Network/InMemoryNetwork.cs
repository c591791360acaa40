using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>
/// A network in memory, for many machines in one process: handlers listen at addresses such as "memory://a", transports send to them, and both links and machines can fail.
/// Thread-safe. Nothing in it waits for real time.
/// </summary>
public sealed class InMemoryNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IPeerHandler> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _requests = new(StringComparer.Ordinal);
    private readonly HashSet<string> _down = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> _cut = [];
    private readonly SortedDictionary<long, InMemoryConnection> _open = [];
    private long _made;

    /// <summary>Whether requests seem to come from, and addresses to lead to, this host only. Default true, so that no cluster key is needed.</summary>
    public bool IsLoopback { get; init; } = true;

    /// <summary>Whether requests seem to come over a channel that nobody can read or change. Default false.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Stands between sender and receiver of every request; <see langword="null"/>, the default, for nothing.</summary>
    public InMemoryInterceptor? Interceptor { get; set; }

    /// <summary>A transport whose requests come from <paramref name="from"/>.</summary>
    /// <exception cref="FormatException"><paramref name="from"/> is no address of this network.</exception>
    public InMemoryPeerTransport CreateTransport(string from) => new(this, InMemoryAddress.Normalize(from));

    /// <summary>Lets <paramref name="handler"/> listen at an address, in place of whoever did.</summary>
    /// <exception cref="FormatException"><paramref name="address"/> is no address of this network.</exception>
    public void Attach(string address, IPeerHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_lock)
        {
            _handlers[InMemoryAddress.Normalize(address)] = handler;
        }
    }

    /// <summary>Nobody listens at the address any more; requests to it that are under way break off.</summary>
    public void Detach(string address)
    {
        var gone = InMemoryAddress.Normalize(address);
        lock (_lock)
        {
            _handlers.Remove(gone);
        }
        Break(connection => connection.To == gone);
    }

    /// <summary>Breaks off every request from or to an address that is under way; later ones are not touched.</summary>
    public void BreakOff(string address)
    {
        var end = InMemoryAddress.Normalize(address);
        Break(connection => connection.From == end || connection.To == end);
    }

    /// <summary>Takes the machine at an address off the network, both directions; what is under way breaks off.</summary>
    public void TakeDown(string address)
    {
        var down = InMemoryAddress.Normalize(address);
        lock (_lock)
        {
            _down.Add(down);
        }
        Break(connection => connection.From == down || connection.To == down);
    }

    /// <summary>Ends <see cref="TakeDown"/>.</summary>
    public void BringUp(string address)
    {
        lock (_lock)
        {
            _down.Remove(InMemoryAddress.Normalize(address));
        }
    }

    /// <summary>Cuts the requests from one address to another, one direction; what is under way breaks off.</summary>
    public void Cut(string from, string to)
    {
        var link = (InMemoryAddress.Normalize(from), InMemoryAddress.Normalize(to));
        lock (_lock)
        {
            _cut.Add(link);
        }
        Break(connection => (connection.From, connection.To) == link);
    }

    /// <summary>Ends <see cref="Cut"/>.</summary>
    public void Mend(string from, string to)
    {
        lock (_lock)
        {
            _cut.Remove((InMemoryAddress.Normalize(from), InMemoryAddress.Normalize(to)));
        }
    }

    /// <summary>Cuts two addresses off from each other, both directions. Others still reach both: reachability need not be transitive.</summary>
    public void CutBetween(string one, string other)
    {
        Cut(one, other);
        Cut(other, one);
    }

    /// <summary>Ends <see cref="CutBetween"/>.</summary>
    public void MendBetween(string one, string other)
    {
        Mend(one, other);
        Mend(other, one);
    }

    /// <summary>Ends every <see cref="Cut"/> and <see cref="TakeDown"/>.</summary>
    public void MendAll()
    {
        lock (_lock)
        {
            _cut.Clear();
            _down.Clear();
        }
    }

    /// <summary>How many requests were sent to an address, failed ones included.</summary>
    public long RequestsTo(string address)
    {
        lock (_lock)
        {
            return _requests.GetValueOrDefault(InMemoryAddress.Normalize(address));
        }
    }

    /// <summary>Requests that are under way, until their replies are disposed.</summary>
    internal int OpenConnections
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Counts a request, and connects its sender; the caller disposes the answer when the reply is read.</summary>
    internal InMemoryConnection Connect(string from, string to, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _requests[to] = _requests.GetValueOrDefault(to) + 1;
            if (_down.Contains(from) || _down.Contains(to))
            {
                throw new PeerUnreachableException(to, "the machine is down. BringUp(address) ends that.");
            }
            if (_cut.Contains((from, to)))
            {
                throw new PeerUnreachableException(to, $"the link from '{from}' is cut. Mend(from, to) ends that.");
            }
            if (!_handlers.TryGetValue(to, out var handler))
            {
                throw new PeerUnreachableException(to, "nobody listens there. Attach(address, handler) changes that.");
            }
            var connection = new InMemoryConnection(++_made, from, to, handler, Close, cancellationToken);
            _open.Add(connection.Number, connection);
            return connection;
        }
    }

    private void Close(InMemoryConnection connection)
    {
        lock (_lock)
        {
            _open.Remove(connection.Number);
        }
    }

    private void Break(Func<InMemoryConnection, bool> chosen)
    {
        List<InMemoryConnection> open;
        lock (_lock)
        {
            open = [.. _open.Values.Where(chosen)];
        }
        // Outside the lock: breaking runs whatever waits on it.
        foreach (var connection in open)
        {
            connection.Break();
        }
    }
}
