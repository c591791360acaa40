namespace LightDfs.Testing.Storage;

/// <summary>The content of one simulated file, and how much of it is durable. Guarded by the disk.</summary>
internal sealed class SimulatedFile
{
    private const int Block = 4096;
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public int DurableLength { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>What somebody made of the bytes as they are; <see langword="null"/> after every change.</summary>
    public object? Parsed { get; set; }

    public void Write(int position, ReadOnlySpan<byte> bytes)
    {
        Parsed = null;
        var end = position + bytes.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        }
        bytes.CopyTo(_bytes.AsSpan(position));
        Length = Math.Max(Length, end);
    }

    public void Flush() => DurableLength = Length;

    public void Flip(int offset)
    {
        Parsed = null;
        _bytes[offset] ^= 0x40;
    }

    public void Truncate(int length)
    {
        Parsed = null;
        Length = length;
        DurableLength = Math.Min(DurableLength, length);
    }

    public SimulatedFile Copy() => new() { _bytes = [.. Bytes], Length = Length, DurableLength = DurableLength };

    /// <summary>What a crash leaves: all that was flushed, and of the rest any length, with any blocks never written.</summary>
    public SimulatedFile Torn(Random random)
    {
        var left = new SimulatedFile();
        var length = random.Next(3) switch
        {
            0 => DurableLength,
            1 => Length,
            _ => random.Next(DurableLength, Length + 1),
        };
        left.Write(0, Bytes[..length]);
        for (var at = DurableLength; at < length; at = ((at / Block) + 1) * Block)
        {
            if (random.Next(2) == 0)
            {
                left._bytes.AsSpan(at, Math.Min(length, ((at / Block) + 1) * Block) - at).Clear();
            }
        }
        left.Flush();
        return left;
    }
}
