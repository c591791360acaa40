using System.Buffers.Text;
using System.Text;

namespace LightDfs.Benchmarks.Load;

/// <summary>One HTTP/1.1 answer as it comes in: status, where the body ends, and the last part of <c>Location</c>.</summary>
internal sealed class Answer
{
    private readonly byte[] _head = new byte[16 * 1024];
    private readonly Chunks _chunks = new();
    private int _filled;
    private bool _hasHead;
    private bool _isChunked;

    public int Status { get; private set; }

    /// <summary>Bytes of the body, as announced; of a chunked one, those that came.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of an announced body that have not come; they may be thrown away unseen, if <see cref="Skip"/> is told.</summary>
    public long Left { get; private set; }

    public bool IsComplete => _hasHead && (_isChunked ? _chunks.IsComplete : Left == 0);

    /// <summary>The head, up to the empty line.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _filled);

    public void Clear()
    {
        (_filled, _hasHead, _isChunked) = (0, false, false);
        (Status, Length, Left) = (0, 0, 0);
        _chunks.Clear();
    }

    /// <summary>Takes bytes in order.</summary>
    /// <exception cref="InvalidDataException">They are no answer.</exception>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (!_hasHead)
        {
            bytes = TakeHead(bytes);
        }
        if (_isChunked)
        {
            Length += _chunks.Take(bytes);
        }
        else
        {
            Skip(bytes.Length);
        }
    }

    /// <summary>Counts bytes of the body.</summary>
    public void Skip(int count)
    {
        if (count > Left)
        {
            throw new InvalidDataException($"{count - Left} more bytes came than the answer announced.");
        }
        Left -= count;
    }

    /// <summary>The last part of the path where the new file is.</summary>
    /// <exception cref="InvalidDataException">The answer tells none.</exception>
    public string Id()
    {
        var location = Header("Location: "u8);
        return location.IsEmpty
            ? throw new InvalidDataException($"The answer has no Location: {Encoding.ASCII.GetString(Head)}")
            : Encoding.ASCII.GetString(location[(location.LastIndexOf((byte)'/') + 1)..]);
    }

    private ReadOnlySpan<byte> TakeHead(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(bytes.Length, _head.Length - _filled);
        var before = _filled;
        bytes[..room].CopyTo(_head.AsSpan(_filled));
        _filled += room;
        var end = Head.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return _filled < _head.Length ? default : throw new InvalidDataException("The head of the answer is too long.");
        }
        var consumed = end + 4 - before;
        _filled = end + 2;
        ReadHead();
        return bytes[consumed..];
    }

    private void ReadHead()
    {
        if (!Head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(Head[9..], out int status, out _))
        {
            throw new InvalidDataException($"No answer of HTTP/1.1: {Encoding.ASCII.GetString(Head)}");
        }
        (_hasHead, Status) = (true, status);
        if (Utf8Parser.TryParse(Header("Content-Length: "u8), out long length, out _))
        {
            Length = Left = length;
        }
        else
        {
            _isChunked = Header("Transfer-Encoding: "u8).SequenceEqual("chunked"u8);
            if (!_isChunked)
            {
                throw new InvalidDataException($"The answer does not tell where it ends: {Encoding.ASCII.GetString(Head)}");
            }
        }
    }

    /// <summary>Kestrel always writes names in this case.</summary>
    private ReadOnlySpan<byte> Header(ReadOnlySpan<byte> name)
    {
        var start = Head.IndexOf(name);
        if (start < 0)
        {
            return default;
        }
        var value = Head[(start + name.Length)..];
        return value[..value.IndexOf((byte)'\r')];
    }
}
