using System.Buffers.Binary;

namespace LightDfs.Tests.Fuzzing;

/// <summary>Makes bad inputs of good ones. The same seed makes the same inputs.</summary>
internal sealed class Mutator(byte[][] corpus, int seed)
{
    private const int Longest = 64 * 1024;
    private const int MostSteps = 5;
    private static readonly long[] Interesting =
    [
        0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 63, 64, 127, 128, 255, 256, 1023, 1024, 4096, 32_767, 32_768, 65_535, 65_536, (1 << 24) - 1, 1 << 24, int.MaxValue - 1, int.MaxValue,
        1L << 31, uint.MaxValue, 1L << 32, 253_402_300_799_999, 253_402_300_800_000, -62_135_596_800_000, -62_135_596_800_001, long.MaxValue - 1, long.MaxValue, long.MinValue, -1, -2, -8, int.MinValue,
    ];

    private static readonly string[] Tokens =
        ["\"", "\\", ";", ",", "=", ":", "*", "%", "%00", "%zz", "UTF-8''", "\r\n", "\r\n\r\n", "--", "-", "/", "..", "(", ")", "?", "@", " ", "\t", "[::1]", "bytes=", "9223372036854775808", "W/", "\u00a0", "\0", "filename*="];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var bytes = Any().AsSpan().ToArray();
        for (var steps = _random.Next(1, MostSteps); steps > 0; steps--)
        {
            bytes = Step(bytes);
        }
        return bytes;
    }

    /// <summary>True so often, of the same chance.</summary>
    public bool OneIn(int many) => _random.Next(many) == 0;

    private byte[] Any() => corpus[_random.Next(corpus.Length)];

    private byte[] Step(byte[] bytes) => _random.Next(12) switch
    {
        0 => Changed(bytes, (at, all) => all[at] ^= (byte)(1 << _random.Next(8))),
        1 => Changed(bytes, (at, all) => all[at] = (byte)_random.Next(256)),
        2 => Changed(bytes, (at, all) => all[at] = (byte)Interesting[_random.Next(Interesting.Length)]),
        3 or 4 => WithNumber(bytes),
        5 => Changed(bytes, Nudge),
        6 => bytes[..Place(bytes)],
        7 => Spliced(bytes, Any()),
        8 => Replaced(bytes, Place(bytes), _random.Next(0, 9), []),
        9 => Duplicated(bytes),
        10 => Replaced(bytes, Place(bytes), _random.Next(2), System.Text.Encoding.Latin1.GetBytes(Tokens[_random.Next(Tokens.Length)])),
        _ => Replaced(bytes, Place(bytes), 0, Noise()),
    };

    private int Place(byte[] bytes) => _random.Next(bytes.Length + 1);

    private byte[] Noise()
    {
        var noise = new byte[_random.Next(1, 20)];
        _random.NextBytes(noise);
        return noise;
    }

    private byte[] Changed(byte[] bytes, Action<int, byte[]> change)
    {
        if (bytes.Length > 0)
        {
            change(_random.Next(bytes.Length), bytes);
        }
        return bytes;
    }

    /// <summary>A length or count a little off.</summary>
    private void Nudge(int at, byte[] bytes) => bytes[at] += (byte)_random.Next(-3, 4);

    private byte[] WithNumber(byte[] bytes)
    {
        Span<byte> number = stackalloc byte[8];
        var value = Interesting[_random.Next(Interesting.Length)];
        var size = 1 << _random.Next(4);
        if (_random.Next(4) == 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number = number[^size..];
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        }
        if (bytes.Length >= size)
        {
            number[..size].CopyTo(bytes.AsSpan(_random.Next(bytes.Length - size + 1)));
        }
        return bytes;
    }

    private byte[] Spliced(byte[] one, byte[] other) => [.. one[..Place(one)], .. other[Place(other)..]];

    private byte[] Duplicated(byte[] bytes)
    {
        var from = Place(bytes);
        var slice = bytes.AsSpan(from, _random.Next(bytes.Length - from + 1)).ToArray();
        var times = _random.Next(20) == 0 ? 50 : 1;
        return Replaced(bytes, Place(bytes), 0, [.. Enumerable.Repeat(slice, times).SelectMany(part => part).Take(Longest)]);
    }

    private static byte[] Replaced(byte[] bytes, int at, int count, byte[] by)
    {
        var rest = bytes.AsSpan(Math.Min(at + count, bytes.Length));
        return bytes.Length + by.Length > Longest ? bytes : [.. bytes.AsSpan(0, at), .. by, .. rest];
    }
}
