using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class WireReaderTests
{
    private delegate void Reading(ref WireReader from);

    [Test]
    public void Nothing_is_complete_and_holds_nothing()
    {
        var from = new WireReader([]);

        Assert.That(from.IsComplete);
        Assert.That(from.Byte(), Is.Zero);
        Assert.That(from.IsComplete, Is.False);
    }

    [Test]
    public void Bytes_left_over_are_not_complete()
    {
        var from = new WireReader([1, 2]);

        Assert.That(from.Byte(), Is.EqualTo(1));
        Assert.That((from.IsComplete, from.HasFailed), Is.EqualTo((false, false)));
    }

    [Test]
    public void After_the_first_failure_every_read_gives_a_default()
    {
        var from = new WireReader(Enumerable.Repeat((byte)1, 200).ToArray());
        from.Fail();

        Assert.That((from.Byte(), from.Bool(), from.Int32(), from.Int64(), from.UInt64(), from.UInt128()), Is.EqualTo(((byte)0, false, 0, 0L, 0UL, UInt128.Zero)));
        Assert.That((from.Machine(), from.File(), from.Text(100), from.Count(1), from.Bytes().Length), Is.EqualTo((default(MachineId), default(FileId), "", 0, 0)));
        Assert.That(from.IsComplete, Is.False);
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        TestCaseData Case(string name, byte[] bytes, Reading reading) => new TestCaseData(bytes, reading).SetArgDisplayNames(name);
        yield return Case("a flag that is neither 0 nor 1", [2], static (ref from) => from.Bool());
        yield return Case("three bytes for a number of four", [1, 2, 3], static (ref from) => from.Int32());
        yield return Case("bytes of negative length", [0xFF, 0xFF, 0xFF, 0xFF], static (ref from) => from.Bytes());
        yield return Case("bytes longer than what is left", [0xFF, 0xFF, 0xFF, 0x7F, 1], static (ref from) => from.Bytes());
        yield return Case("bytes longer than allowed", [3, 0, 0, 0, 1, 2, 3], static (ref from) => from.Bytes(2));
        yield return Case("text longer than allowed", [3, 0, 0, 0, 65, 66, 67], static (ref from) => from.Text(2));
        yield return Case("text that is no UTF-8", [1, 0, 0, 0, 0xFF], static (ref from) => from.Text(10));
        yield return Case("text in an overlong form", [2, 0, 0, 0, 0xC1, 0x81], static (ref from) => from.Text(10));
        yield return Case("half of a surrogate pair", [3, 0, 0, 0, 0xED, 0xA0, 0x80], static (ref from) => from.Text(10));
        yield return Case("more things than can be there", [2, 0, 0, 0, 1, 2, 3], static (ref from) => from.Count(2));
        yield return Case("a negative count", [0xFF, 0xFF, 0xFF, 0xFF, 1], static (ref from) => from.Count(1));
        yield return Case("a time after the year 9999", [0, 0, 0, 0, 0, 0, 0, 0x7F], static (ref from) => from.Time());
        yield return Case("a time before the year 1", [0, 0, 0, 0, 0, 0, 0, 0x80], static (ref from) => from.Time());
        yield return Case("a file id that is none", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], static (ref from) => from.File());
    }

    [TestCaseSource(nameof(Refused))]
    public void What_does_not_fit_is_refused(byte[] bytes, object reading)
    {
        var from = new WireReader(bytes);

        ((Reading)reading)(ref from);

        Assert.That(from.HasFailed);
        Assert.That(from.IsComplete, Is.False);
    }

    [Test]
    public void Length_that_is_a_lie_takes_no_memory()
    {
        byte[] lie = [0xFF, 0xFF, 0xFF, 0x7F, 65, 66];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var text = new WireReader(lie).Text(int.MaxValue);
        var count = new WireReader(lie).Count(1);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1024));
        Assert.That((text, count), Is.EqualTo(("", 0)));
    }

    [Test]
    public void Bytes_are_those_of_the_input()
    {
        byte[] input = [2, 0, 0, 0, 8, 9];

        var bytes = new WireReader(input).Bytes();

        input[4] = 7;
        Assert.That(bytes.ToArray(), Is.EqualTo(new byte[] { 7, 9 }));
    }
}
