using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LightDfs.Peers;

/// <summary>Writes what goes over the wire or into a document: little-endian integers, big-endian ids, length-prefixed bytes.</summary>
internal sealed class WireWriter(int usual = 256)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(Math.Max(256, usual));

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public WireWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public WireWriter Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public WireWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public WireWriter Int64(long value) => UInt64((ulong)value);

    public WireWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public WireWriter UInt128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_buffer.GetSpan(16), value);
        _buffer.Advance(16);
        return this;
    }

    public WireWriter Machine(MachineId value) => UInt128(value.Value);

    public WireWriter File(FileId value) => UInt128(value.Value);

    /// <summary>To the millisecond, which is what files and clocks need.</summary>
    public WireWriter Time(DateTimeOffset value) => Int64(value.ToUnixTimeMilliseconds());

    public WireWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        _buffer.Write(value);
        return this;
    }

    public WireWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));
}
