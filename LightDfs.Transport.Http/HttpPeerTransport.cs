using System.Diagnostics;
using LightDfs.Peers;
using LightDfs.Transport.Http.Multiplexing;

namespace LightDfs.Transport.Http;

/// <summary>
/// Carries requests to peers over HTTP/1.1, to the endpoint that <c>MapLightDfs()</c> maps. Addresses are http or https URLs. Its connections are its own and are kept;
/// the host app's client settings, proxies, cookies and redirects play no part. Short requests to peers that are asked often share one connection that was upgraded for them; all others are
/// HTTP requests of their own.
/// </summary>
internal sealed class HttpPeerTransport : IPeerTransport, IDisposable
{
    /// <summary>Path of the endpoint below an address.</summary>
    public const string Path = "/_lightdfs";

    // Below it, asking first costs more than sending in vain.
    private const int ExpectContinueAbove = 64 * 1024;

    private readonly HttpMessageInvoker _client;
    private readonly TimeSpan _connectTimeout;
    private readonly EndpointUris _uris = new(Path);

    /// <summary>A transport with connections of its own.</summary>
    /// <param name="configureHandler">Changes the handler before its first use, such as its certificates; <see langword="null"/> for nothing.</param>
    /// <param name="time">Measures how long connections are kept; <see langword="null"/> for the system's.</param>
    public HttpPeerTransport(Action<SocketsHttpHandler>? configureHandler = null, TimeProvider? time = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = new WatchedTracePropagator(DistributedContextPropagator.Current),
        };
        try
        {
            configureHandler?.Invoke(handler);
            _connectTimeout = handler.ConnectTimeout;
            _client = new HttpMessageInvoker(handler, disposeHandler: true);
            // A shared connection takes one of those that the handler may have, and long bodies need another.
            Connections = new OutgoingConnections(_client, _uris, handler.MaxConnectionsPerServer > 1 ? handler.PooledConnectionLifetime : TimeSpan.Zero, time ?? TimeProvider.System);
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    internal OutgoingConnections Connections { get; }

    /// <summary>The addresses that the host app's server is bound to, in any form.</summary>
    internal Func<IEnumerable<string>> Bound { get; init; } = static () => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> ListeningAt => [.. Bound().Select(PeerAddress.TryNormalize).OfType<string>()];

    /// <inheritdoc/>
    public string Normalize(string address) => PeerAddress.Normalize(address);

    /// <inheritdoc/>
    public bool IsLoopback(string address) => _uris.TryOf(address) is { } uri && PeerAddress.IsLoopback(uri);

    /// <inheritdoc/>
    public bool IsProtected(string address) => _uris.TryOf(address) is { } uri && PeerAddress.IsProtected(uri);

    /// <inheritdoc/>
    public Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<PeerReply>(cancellationToken);
        }
        ThrowIfUnsendable(request);
        return IsForShared(request) && Connections.Find(address) is { } connection && connection.TryBegin(out var call, cancellationToken)
            ? connection.SendAsync(call, request, cancellationToken)
            : SendAloneAsync(address, request, cancellationToken);
    }

    /// <summary>Closes the connections. Requests in flight end.</summary>
    public void Dispose()
    {
        Connections.Dispose();
        _client.Dispose();
    }

    /// <summary>A request of a trace that is recorded goes alone: an HTTP request of its own is what carries the trace, and what the host's tools see at the other end.</summary>
    private static bool IsForShared(PeerRequest request) => request.BodyLength <= Frame.MaxInlineBody && !request.ExpectsLongReply && Activity.Current is not { Recorded: true };

    private static void ThrowIfUnsendable(PeerRequest request)
    {
        if (request.Head.Length > PeerRequest.MaxHeadLength || request.Proof.Length > PeerRequest.MaxProofLength)
        {
            throw new ArgumentException($"The head has {request.Head.Length} bytes, the proof {request.Proof.Length}: that is too long.", nameof(request));
        }
        ArgumentOutOfRangeException.ThrowIfNegative(request.BodyLength, nameof(request));
        if (request.BodyLength > 0 && request.Body is null)
        {
            throw new ArgumentException("The request promises a body and has none.", nameof(request));
        }
    }

    private async Task<PeerReply> SendAloneAsync(string address, PeerRequest request, CancellationToken cancellationToken)
    {
        using var content = ContentOf(request);
        using var message = MessageTo(address, request, content);
        HttpResponseMessage? response = null;
        try
        {
            response = await _client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var reply = await ReplyReader.ReadAsync(address, response, cancellationToken).ConfigureAwait(false);
            response = null;
            return reply;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when ((content as PromisedContent)?.Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        catch (OperationCanceledException exception)
        {
            throw new PeerUnreachableException(address, HttpFailures.NoConnection(_connectTimeout), exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new PeerUnreachableException(address, HttpFailures.OfException(exception), exception);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static HttpContent ContentOf(PeerRequest request) => request.BodyLength == 0 ? new ByteArrayContent([]) : new PromisedContent(request.Body!, request.BodyLength);

    private HttpRequestMessage MessageTo(string address, PeerRequest request, HttpContent content)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _uris.Of(address)) { Content = content };
        message.Headers.TryAddWithoutValidation(PeerHeaders.Head, PeerHeaders.Encode(request.Head.Span));
        if (!request.Proof.IsEmpty)
        {
            message.Headers.TryAddWithoutValidation(PeerHeaders.Proof, PeerHeaders.Encode(request.Proof.Span));
        }
        if (request.BodyLength > ExpectContinueAbove)
        {
            message.Headers.ExpectContinue = true;
        }
        return message;
    }
}
