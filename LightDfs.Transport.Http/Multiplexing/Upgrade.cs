using System.Net.Http.Headers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>How a multiplexed connection is asked for: HTTP/1.1's Upgrade (RFC 9110, section 7.8), at the endpoint's path, with this protocol. Part of the wire format.</summary>
internal static class Upgrade
{
    public static readonly ProductHeaderValue Protocol = new("lightdfs", "1");
}
