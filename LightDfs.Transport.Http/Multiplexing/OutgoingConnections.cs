using System.Collections.Concurrent;
using System.Net;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>
/// The multiplexed connections to peers, one to each address that is asked often. They are opened in the background, and nothing waits for them: while there is none, requests go one by one.
/// Thread-safe.
/// </summary>
internal sealed class OutgoingConnections : IDisposable
{
    /// <summary>Requests to an address within <see cref="IdleCheck"/> from which on a connection is worth it: machines of large clusters say a word to many others.</summary>
    public const int WorthIt = 16;

    /// <summary>How often unused ones are looked for. The server waits longer before it ends one, so that none is ended in the very moment it is used.</summary>
    public static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(30);

    /// <summary>A peer that does not speak so, or has a proxy in front of it that does not, is not asked again for so long.</summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _life = new();
    private readonly HttpMessageInvoker _client;
    private readonly EndpointUris _uris;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;
    private readonly ITimer _check;

    /// <param name="client">Sends the request that opens one.</param>
    /// <param name="uris">The endpoint's URLs.</param>
    /// <param name="lifetime">How long one is used, so that changes of names and certificates count; infinite for ever, and zero for none at all.</param>
    /// <param name="time">Measures that.</param>
    public OutgoingConnections(HttpMessageInvoker client, EndpointUris uris, TimeSpan lifetime, TimeProvider time)
    {
        (_client, _uris, _time) = (client, uris, time);
        _lifetime = lifetime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : lifetime;
        _check = time.CreateTimer(static connections => ((OutgoingConnections)connections!).Check(), this, IdleCheck, IdleCheck);
    }

    /// <summary>The connection to an address; <see langword="null"/> when there is none now.</summary>
    public OutgoingConnection? Find(string address)
    {
        if (_lifetime <= TimeSpan.Zero)
        {
            return null;
        }
        if (!_routes.TryGetValue(address, out var route))
        {
            if (_routes.Count >= EndpointUris.Most)
            {
                return null;
            }
            route = _routes.GetOrAdd(address, static _ => new Route());
        }
        lock (route)
        {
            if (route.Connection is { IsOpen: false, HasWorked: false, Requests: > 0 })
            {
                // Something in between lets it be opened, and nothing through.
                (route.Connection, route.Refused) = (null, _time.GetTimestamp());
            }
            var connection = route.Connection is { IsOpen: true } open ? open : null;
            route.Asked++;
            // An old one is used until the new one is there.
            var isDue = connection is null ? route.Asked >= WorthIt : _time.GetElapsedTime(route.Opened) >= _lifetime;
            if (!isDue || route.IsOpening || _life.IsCancellationRequested || (route.Refused is { } refused && _time.GetElapsedTime(refused) < RefusalTime))
            {
                return connection;
            }
            route.IsOpening = true;
            // Without the context of the request that happened to be the first.
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = OpenAsync(address), null);
            return connection;
        }
    }

    /// <summary>Opens the connection to an address. Its failure is no failure of anything: requests go one by one, and what is wrong is said by them.</summary>
    internal async Task OpenAsync(string address)
    {
        OutgoingConnection? opened = null;
        var isRefused = false;
        try
        {
            using var late = new CancellationTokenSource(OpeningTime, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _life.Token);
            (opened, isRefused) = await UpgradeAsync(address, either.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As above, whatever it is: handlers are the host's to configure.
        }
        var route = _routes.GetOrAdd(address, static _ => new Route());
        lock (route)
        {
            if (opened is not null)
            {
                route.Connection?.Retire();
                (route.Connection, route.RequestsAtCheck) = (opened, null);
            }
            (route.IsOpening, route.Asked, route.Opened, route.Refused) = (false, 0, _time.GetTimestamp(), isRefused ? _time.GetTimestamp() : null);
            if (_life.IsCancellationRequested)
            {
                opened?.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _life.Cancel();
        _check.Dispose();
        foreach (var route in _routes.Values)
        {
            lock (route)
            {
                route.Connection?.Dispose();
            }
        }
    }

    private async Task<(OutgoingConnection? Opened, bool IsRefused)> UpgradeAsync(string address, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, _uris.Of(address));
        message.Headers.Connection.Add("Upgrade");
        message.Headers.Upgrade.Add(Upgrade.Protocol);
        var response = await _client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols || !response.Headers.Upgrade.Contains(Upgrade.Protocol))
            {
                // From 500 on it is starting, stopping, or has too many connections now.
                return (null, (int)response.StatusCode < 500);
            }
            var connection = new OutgoingConnection(address, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), response, _time);
            response = null;
            return (connection, false);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private void Check()
    {
        foreach (var route in _routes.Values)
        {
            lock (route)
            {
                route.Asked = 0;
                if (route.Connection is { } connection)
                {
                    if (connection.Requests == route.RequestsAtCheck && !connection.IsBusy)
                    {
                        connection.Retire();
                        route.Connection = null;
                    }
                    route.RequestsAtCheck = connection.Requests;
                }
            }
        }
    }

    private sealed class Route
    {
        public OutgoingConnection? Connection { get; set; }

        public bool IsOpening { get; set; }

        /// <summary>Requests since the last check.</summary>
        public int Asked { get; set; }

        public long Opened { get; set; }

        public long? Refused { get; set; }

        public uint? RequestsAtCheck { get; set; }
    }
}
