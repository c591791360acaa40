using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>A client that sends what a test says, when it says so. <see cref="HttpClient"/> reads no reply before it has sent the whole body.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawConnection> OpenAsync(FilesApp app, string request)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
        await connection.SendAsync(request);
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    /// <summary>What the server sends until it ends so, or closes the connection.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal) && await _socket.ReceiveAsync(one, guard.Token) > 0)
        {
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
