using System.Globalization;
using System.Text;

namespace LightDfs.Benchmarks.Load;

/// <summary>Finds the end of a chunked body (RFC 9112, section 7.1) without trailers or extensions, which Kestrel does not send.</summary>
internal sealed class Chunks
{
    private readonly byte[] _line = new byte[32];
    private int _filled;
    private long _left;
    private bool _isLast;

    public bool IsComplete { get; private set; }

    public void Clear() => (_filled, _left, _isLast, IsComplete) = (0, 0, false, false);

    /// <returns>How many of the bytes are content.</returns>
    /// <exception cref="InvalidDataException">They are not what follows.</exception>
    public long Take(ReadOnlySpan<byte> bytes)
    {
        var content = 0L;
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var count = (int)Math.Min(_left, bytes.Length);
                (content, _left) = (content + count, _left - count);
                bytes = bytes[count..];
                continue;
            }
            if (IsComplete || _filled == _line.Length)
            {
                throw new InvalidDataException("The chunks of the answer are damaged.");
            }
            _line[_filled++] = bytes[0];
            bytes = bytes[1..];
            if (_line[_filled - 1] == '\n')
            {
                TakeLine(Encoding.ASCII.GetString(_line, 0, _filled).TrimEnd());
                _filled = 0;
            }
        }
        return content;
    }

    private void TakeLine(string line)
    {
        if (line.Length == 0)
        {
            // Ends a chunk, or the body after the empty one.
            IsComplete = _isLast;
            return;
        }
        if (!long.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
        {
            throw new InvalidDataException($"The chunks of the answer are damaged: '{line}' is no length.");
        }
        _isLast = _left == 0;
    }
}
