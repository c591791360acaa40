using LightDfs.Peers;
using Microsoft.AspNetCore.Http;

namespace LightDfs.Transport.Http;

/// <summary>What an HTTP request tells about the connection it came on.</summary>
internal static class PeerConnections
{
    public static PeerConnection Of(HttpContext context) => new(context.Request.IsHttps, IsLoopback(context), RemoteOf(context.Connection));

    /// <remarks>
    /// A proxy on this host makes everybody look local, and so does a page of anybody's in a browser on this host. Hence no sign of either may be there, and the name that
    /// was called must be local too: names can be made to resolve to this host.
    /// </remarks>
    private static bool IsLoopback(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } remote || PeerAddress.IsLoopback(remote))
        && PeerAddress.IsLoopbackHost(context.Request.Host.Host.Trim('[', ']'))
        && !context.Request.Headers.Keys.Any(IsOfProxyOrBrowser);

    private static bool IsOfProxyOrBrowser(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Origin", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase);

    private static string RemoteOf(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } ip ? new System.Net.IPEndPoint(ip, connection.RemotePort).ToString() : "this host";
}
