using System.Net.Sockets;
using System.Text;
using LightDfs.Peers;
using LightDfs.Transport.Http.Multiplexing;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>A multiplexed connection made by hand, which can do what no machine does.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly FrameReader _reader;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
        _reader = new FrameReader(_stream);
    }

    public static async Task<RawConnection> OpenAsync(string address)
    {
        var uri = new Uri(address);
        var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);
        var connection = new RawConnection(client);
        await connection._stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /_lightdfs HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: Upgrade\r\nUpgrade: lightdfs/1\r\n\r\n"));
        var head = new StringBuilder();
        for (var one = new byte[1]; !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal);)
        {
            await connection._stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
        return head.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) ? connection : throw new InvalidOperationException(head.ToString());
    }

    public ValueTask SendAsync(FrameKind kind, uint call, params byte[] payload)
    {
        var frame = new byte[Frame.HeaderLength + payload.Length];
        Frame.WriteHeader(frame, kind, call, payload.Length);
        payload.CopyTo(frame, Frame.HeaderLength);
        return SendAsync(frame);
    }

    public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes);

    /// <summary>A request with this head, and no more.</summary>
    public ValueTask AskAsync(uint call, params byte[] head) => SendAsync(FrameKind.Request, call, [(byte)head.Length, 0, 0, .. head]);

    /// <summary>The next frame, its payload copied; <see langword="null"/> when the server ended the connection, one way or the other.</summary>
    public async Task<Frame?> ReadAsync()
    {
        try
        {
            return await _reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is { } frame ? frame with { Payload = frame.Payload.ToArray() } : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
