using System.Text;

namespace LightDfs.Benchmarks.Load;

/// <summary>The requests of an order, made beforehand.</summary>
internal sealed class Requests
{
    private const int Block = 1024 * 1024;
    private readonly Order _order;
    private readonly byte[][] _heads;
    private readonly byte[] _block = [];
    private int _next;

    public Requests(Order order)
    {
        _order = order;
        if (order.Ids is { } ids)
        {
            _heads = [.. ids.Select(id => Bytes($"GET /files/{id} HTTP/1.1\r\nHost: localhost\r\n\r\n"))];
            return;
        }
        _block = GC.AllocateUninitializedArray<byte>((int)Math.Min(Block, order.Size), pinned: true);
        new Random(1).NextBytes(_block);
        // Head and body in one call, as far as they go.
        _heads = [[.. Bytes($"POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Length: {order.Size}\r\n\r\n"), .. _block]];
    }

    /// <summary>What the answers should be.</summary>
    public int Status => _order.Ids is null ? 201 : 200;

    /// <summary>How long their bodies should be; <see langword="null"/> when that does not matter.</summary>
    public long? Length => _order.Ids is null ? null : _order.Size;

    /// <summary>The first bytes of the next request: its head, and of its body as much as fits.</summary>
    public byte[] Next()
    {
        var at = _next++;
        _next = _next == _heads.Length ? 0 : _next;
        return _heads[at];
    }

    /// <summary>What is to be sent of a request once this much is sent; nothing at its end.</summary>
    public ReadOnlySpan<byte> Rest(byte[] first, long sent)
    {
        if (sent < first.Length)
        {
            return first.AsSpan((int)sent);
        }
        var left = _order.Size - _block.Length - (sent - first.Length);
        if (_block.Length == 0 || left == 0)
        {
            return default;
        }
        var within = (int)((sent - first.Length) % _block.Length);
        return _block.AsSpan(within, (int)Math.Min(_block.Length - within, left));
    }

    private static byte[] Bytes(string head) => Encoding.ASCII.GetBytes(head);
}
