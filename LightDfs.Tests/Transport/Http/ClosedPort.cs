using System.Net;
using System.Net.Sockets;

namespace LightDfs.Tests.Transport.Http;

/// <summary>A port that the system chose, and that nobody listens at any more.</summary>
internal static class ClosedPort
{
    public static string Address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
