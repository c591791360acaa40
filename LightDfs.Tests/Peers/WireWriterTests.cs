using CsCheck;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Tests.Files;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class WireWriterTests
{
    [Test]
    public void Everything_written_is_read_back_in_order() =>
        Gen.Select(Gen.Byte, Gen.Bool, Gen.Int, Gen.Long, Gen.ULong, Gen.Select(Samples.AnyUInt128, Samples.AnyTime, Samples.AnyText, Gen.Byte.Array[0, 100])).Sample(
            (one, flag, number, big, unsigned, rest) =>
            {
                var (id, time, text, bytes) = rest;
                var written = new WireWriter().Byte(one).Bool(flag).Int32(number).Int64(big).UInt64(unsigned).UInt128(id).Machine(new MachineId(id)).Time(time).Text(text).Bytes(bytes).Written;

                var from = new WireReader(written.Span);
                return from.Byte() == one && from.Bool() == flag && from.Int32() == number && from.Int64() == big && from.UInt64() == unsigned && from.UInt128() == id
                    && from.Machine().Value == id && from.Time() == time && from.Text(int.MaxValue) == text && from.Bytes().SequenceEqual(bytes) && from.IsComplete;
            });

    [Test]
    public void File_id_is_read_back()
    {
        var file = FileId.New();

        var from = new WireReader(new WireWriter().File(file).Written.Span);

        Assert.That(from.File(), Is.EqualTo(file));
        Assert.That(from.IsComplete);
    }

    [Test]
    public void Bytes_are_the_wire_format()
    {
        var written = new WireWriter().Byte(1).Bool(true).Int32(2).Int64(-2).UInt64(3).UInt128(4).Time(DateTimeOffset.UnixEpoch.AddMilliseconds(5.9)).Bytes([6, 7]).Text("é").Written;

        Assert.That(Convert.ToHexString(written.Span), Is.EqualTo(
            "01" + "01" + "02000000" + "FEFFFFFFFFFFFFFF" + "0300000000000000" + "00000000000000000000000000000004" + "0500000000000000" + "020000000607" + "02000000C3A9"));
    }
}
