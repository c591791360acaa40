using System.Buffers.Binary;
using System.Text;

namespace LightDfs.Peers;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote, from bytes that may be anything: after the first thing that does not fit every read gives a default,
/// and <see cref="IsComplete"/> is false. Allocates no more than the bytes at hand.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _left = bytes;
    private bool _failed;

    /// <summary>True when everything was read, and all of it fitted.</summary>
    public readonly bool IsComplete => !_failed && _left.IsEmpty;

    public readonly bool HasFailed => _failed;

    /// <summary>For a value that fits the format but makes no sense.</summary>
    public void Fail() => _failed = true;

    public byte Byte() => Take(1) is { IsEmpty: false } taken ? taken[0] : (byte)0;

    public bool Bool()
    {
        var value = Byte();
        if (value > 1)
        {
            Fail();
        }
        return value == 1;
    }

    public int Int32() => Take(4) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt32LittleEndian(taken) : 0;

    public long Int64() => (long)UInt64();

    public ulong UInt64() => Take(8) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    public UInt128 UInt128() => Take(16) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt128BigEndian(taken) : 0;

    public MachineId Machine() => new(UInt128());

    /// <summary>A file id; anything that is none fails.</summary>
    public FileId File()
    {
        if (FileId.TryReadBytes(Take(16), out var file))
        {
            return file;
        }
        Fail();
        return default;
    }

    public DateTimeOffset Time()
    {
        var value = Int64();
        if (value is >= -62_135_596_800_000 and <= 253_402_300_799_999)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(value);
        }
        Fail();
        return default;
    }

    /// <summary>Bytes of the input itself, not copied.</summary>
    public ReadOnlySpan<byte> Bytes(int max = int.MaxValue)
    {
        var count = Int32();
        if (count < 0 || count > max)
        {
            Fail();
            return default;
        }
        return Take(count);
    }

    public string Text(int maxBytes)
    {
        try
        {
            return Utf8.GetString(Bytes(maxBytes));
        }
        catch (DecoderFallbackException)
        {
            Fail();
            return "";
        }
    }

    /// <summary>A count of things that each take at least <paramref name="bytesEach"/> of what is left.</summary>
    public int Count(int bytesEach)
    {
        var count = Int32();
        if (count < 0 || count > _left.Length / bytesEach)
        {
            Fail();
            return 0;
        }
        return count;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_failed || _left.Length < count)
        {
            _failed = true;
            return default;
        }
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
