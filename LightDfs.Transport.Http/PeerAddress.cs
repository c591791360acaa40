using System.Globalization;
using System.Net;

namespace LightDfs.Transport.Http;

/// <summary>Addresses of machines: absolute http or https URLs, with a path base if the app has one.</summary>
internal static class PeerAddress
{
    public static string Normalize(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var uri = Parse(address);
        var normal = Compose(uri, address);
        // Unescaping can uncover dots that count as directories, once.
        for (var again = Compose(Parse(normal), address); again != normal; again = Compose(Parse(normal), address))
        {
            normal = again;
        }
        return normal;
    }

    /// <summary>The address, or <see langword="null"/> for what is none, such as a wildcard that a server listens on.</summary>
    public static string? TryNormalize(string address)
    {
        try
        {
            return Normalize(address);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static bool IsLoopback(Uri address) => IsLoopbackHost(address.IdnHost);

    public static bool IsProtected(Uri address) => address.Scheme == Uri.UriSchemeHttps;

    /// <summary>The name "localhost" too: it is reserved for this host (RFC 6761).</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IsLoopback(ip));

    public static bool IsLoopback(IPAddress ip) => IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip);

    private static Uri Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.HostNameType == UriHostNameType.Unknown
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw Bad(address, "is no absolute http or https URL");
        }
        if (uri.UserInfo.Length > 0)
        {
            throw Bad(uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), "was written with a user name, which peers do not use");
        }
        if (address.AsSpan().ContainsAny('?', '#'))
        {
            throw Bad(address, "has a query or fragment, which the address of a machine has not");
        }
        if (uri.Port is < 1 or > 65535)
        {
            throw Bad(address, "has no usable port");
        }
        return uri;
    }

    private static string Compose(Uri uri, string address)
    {
        var host = uri.IdnHost;
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            if (host.Contains('%', StringComparison.Ordinal))
            {
                throw Bad(address, "names a network interface of one host, so it means something else on the others");
            }
            var ip = IPAddress.Parse(host);
            ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
            if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            {
                throw Bad(address, "is a wildcard to listen on, and reaches nobody");
            }
            host = ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString();
        }
        var port = uri.IsDefaultPort ? "" : ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        return $"{uri.Scheme}://{host.ToLowerInvariant()}{port}{uri.AbsolutePath.TrimEnd('/')}";
    }

    private static FormatException Bad(string address, string why) =>
        new($"'{address}' {why}. The address of a machine looks like http://10.0.0.5:5000 or https://files.example:7001/app.");
}
