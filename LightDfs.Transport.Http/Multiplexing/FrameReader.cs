using System.Buffers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>Reads one frame after the other. Not thread-safe.</summary>
internal sealed class FrameReader(Stream stream) : IDisposable
{
    // There are two readers for each peer, and most of them wait. Where much comes, several frames come with one read.
    private const int Least = 4 * 1024;
    private const int Most = 32 * 1024;
    private const int Patience = 16;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Least);
    private int _usual = Least;
    private int _shortReads;
    private int _start;
    private int _end;

    /// <summary>The next frame; its payload is valid until the next call. <see langword="null"/> when the other side ended the connection after a whole frame.</summary>
    /// <exception cref="InvalidDataException">What comes is no frame.</exception>
    /// <exception cref="IOException">The connection broke off.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Has(Frame.HeaderLength) && !await FillAsync(Frame.HeaderLength, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        var (kind, call, length) = Frame.ReadHeader(_buffer.AsSpan(_start));
        var whole = Frame.HeaderLength + length;
        if (!Has(whole))
        {
            await FillAsync(whole, cancellationToken).ConfigureAwait(false);
        }
        var payload = _buffer.AsMemory(_start + Frame.HeaderLength, length);
        _start += whole;
        return new Frame(kind, call, payload);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool Has(int count) => _end - _start >= count;

    /// <summary>False when the connection ended before the first byte of what is wanted.</summary>
    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        MakeRoom(wanted);
        while (!Has(wanted))
        {
            var room = _buffer.Length - _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            Learn(read, room);
            if (read == 0)
            {
                return _end == _start ? false : throw new EndOfStreamException("The connection ended in the middle of a frame.");
            }
            _end += read;
        }
        return true;
    }

    /// <summary>A full buffer makes the next ones longer, and many that are hardly used make them shorter.</summary>
    private void Learn(int read, int room)
    {
        _shortReads = read < _usual / 4 ? _shortReads + 1 : 0;
        if (read == room)
        {
            _usual = Math.Min(Most, _usual * 2);
        }
        else if (_shortReads >= Patience)
        {
            (_usual, _shortReads) = (Math.Max(Least, _usual / 2), 0);
        }
    }

    private void MakeRoom(int wanted)
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var size = Math.Max(_usual, wanted);
        if (_buffer.Length < size || (rest.IsEmpty && _buffer.Length > size))
        {
            var other = ArrayPool<byte>.Shared.Rent(size);
            rest.CopyTo(other);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = other;
        }
        else
        {
            rest.CopyTo(_buffer);
        }
        (_start, _end) = (0, rest.Length);
    }
}
