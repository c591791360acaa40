using System.Net;
using System.Net.Sockets;

namespace EndToEnd;

/// <summary>Addresses on loopback that nobody listens at.</summary>
internal static class FreeAddresses
{
    /// <summary>Such as http://127.0.0.1:41234, all different.</summary>
    public static List<string> Find(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        var addresses = sockets.Select(socket => $"http://{socket.LocalEndPoint}").ToList();
        sockets.ForEach(socket => socket.Dispose());
        return addresses;
    }
}
