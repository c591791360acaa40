using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>
/// The multiplexed connections to peers, one to each address that is asked often. They are opened in the background, and nothing waits for them: while there is none, requests go one by one.
/// Thread-safe.
/// </summary>
/// <param name="client">Sends the request that opens one.</param>
/// <param name="uris">The endpoint's URLs.</param>
/// <param name="lifetime">How long one is used, so that changes of names and certificates count.</param>
/// <param name="time">Measures that.</param>
internal sealed class OutgoingConnections(HttpMessageInvoker client, EndpointUris uris, TimeSpan lifetime, TimeProvider time) : IDisposable
{
    /// <summary>Requests to an address from which on a connection is worth it: machines of large clusters say a word to many others.</summary>
    public const int WorthIt = 16;

    /// <summary>How often unused ones are looked for. The server waits longer before it ends one, so that none is ended in the very moment it is used.</summary>
    public static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(30);

    /// <summary>A peer that does not speak so, or has a proxy in front of it that does not, is not asked again for so long.</summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _life = new();
    private ITimer? _idleCheck;
    private volatile bool _isDisposed;

    /// <summary>The connection to an address; <see langword="null"/> when there is none now.</summary>
    public OutgoingConnection? Find(string address)
    {
        var route = _routes.GetOrAdd(address, static _ => new Route());
        lock (route)
        {
            if (route.Connection is { IsOpen: true } connection)
            {
                if (time.GetElapsedTime(route.Opened) < lifetime)
                {
                    return connection;
                }
                connection.Retire();
            }
            route.Connection = null;
            if (route.IsOpening || ++route.Asked < WorthIt || _isDisposed || (route.Refused is { } refused && time.GetElapsedTime(refused) < RefusalTime))
            {
                return null;
            }
            route.IsOpening = true;
        }
        // Without the context of the request that happened to be the first.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = OpenAsync(address), null);
        return null;
    }

    /// <summary>Opens the connection to an address. Its failure is no failure of anything: requests go one by one.</summary>
    internal async Task OpenAsync(string address)
    {
        var route = _routes.GetOrAdd(address, static _ => new Route());
        OutgoingConnection? opened = null;
        var isRefused = false;
        try
        {
            using var late = new CancellationTokenSource(OpeningTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _life.Token);
            opened = await UpgradeAsync(address, either.Token).ConfigureAwait(false);
            isRefused = opened is null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // What is wrong is said by the requests that go one by one.
        }
        lock (route)
        {
            (route.IsOpening, route.Asked, route.Connection) = (false, 0, opened);
            (route.Opened, route.Refused) = (time.GetTimestamp(), isRefused ? time.GetTimestamp() : null);
        }
        _idleCheck ??= time.CreateTimer(static connections => ((OutgoingConnections)connections!).RetireUnused(), this, IdleCheck, IdleCheck);
        if (_isDisposed)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _idleCheck?.Dispose();
        _life.Cancel();
        foreach (var route in _routes.Values)
        {
            lock (route)
            {
                route.Connection?.Dispose();
            }
        }
    }

    private async Task<OutgoingConnection?> UpgradeAsync(string address, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, uris.Of(address));
        message.Headers.Connection.Add("Upgrade");
        message.Headers.Upgrade.Add(Upgrade.Protocol);
        var response = await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols || !response.Headers.Upgrade.Contains(Upgrade.Protocol))
            {
                return null;
            }
            var connection = new OutgoingConnection(address, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), response, time);
            response = null;
            return connection;
        }
        finally
        {
            response?.Dispose();
        }
    }

    private void RetireUnused()
    {
        foreach (var route in _routes.Values)
        {
            lock (route)
            {
                if (route.Connection is not { } connection)
                {
                    continue;
                }
                if (connection.Requests == route.RequestsAtCheck && !connection.IsBusy)
                {
                    connection.Retire();
                    route.Connection = null;
                }
                route.RequestsAtCheck = connection.Requests;
            }
        }
    }

    private sealed class Route
    {
        public OutgoingConnection? Connection { get; set; }

        public bool IsOpening { get; set; }

        public int Asked { get; set; }

        public long Opened { get; set; }

        public long? Refused { get; set; }

        public uint RequestsAtCheck { get; set; }
    }
}
