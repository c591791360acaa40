using System.Text;
using System.Text.Json;
using CsCheck;
using LightDfs.Chance;
using LightDfs.Testing.Chance;
using NUnit.Framework;

namespace LightDfs.Tests.Identity;

public sealed class MachineIdTests
{
    private static readonly Gen<MachineId> Any = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new MachineId(new UInt128(high, low)));

    private static readonly MachineId Sample = new(new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543210));

    [Test]
    public void Text_is_32_lower_case_hex_digits() => Assert.That(Sample.ToString(), Is.EqualTo("0123456789abcdeffedcba9876543210"));

    [Test]
    public void Every_form_comes_back() =>
        Any.Sample(id =>
        {
            var text = id.ToString();
            var utf8 = Encoding.ASCII.GetBytes(text);
            var bytes = new byte[MachineId.Length];
            id.WriteBytes(bytes);
            return MachineId.Parse(text) == id
                && MachineId.Parse(text.ToUpperInvariant()) == id
                && MachineId.Parse(text, null) == id
                && MachineId.Parse(text.AsSpan(), null) == id
                && MachineId.Parse(utf8, null) == id
                && MachineId.TryParse(text, out var a) && a == id
                && MachineId.TryParse(text, null, out var b) && b == id
                && MachineId.TryParse(utf8, null, out var c) && c == id
                && MachineId.TryReadBytes(bytes, out var d) && d == id
                && Convert.ToHexStringLower(bytes) == text
                && JsonSerializer.Deserialize<MachineId>(JsonSerializer.Serialize(id)) == id;
        });

    [TestCase("")]
    [TestCase("0123456789abcdeffedcba987654321")]
    [TestCase("0123456789abcdeffedcba98765432100")]
    [TestCase("0123456789abcdeffedcba987654321g")]
    [TestCase(" 123456789abcdeffedcba9876543210")]
    [TestCase("0123456789abcdeffedcba987654321\0")]
    [TestCase("0x23456789abcdeffedcba9876543210")]
    [TestCase("０123456789abcdeffedcba987654321")]
    public void Text_of_something_else_is_refused_with_the_reason(string text)
    {
        Assert.That(MachineId.TryParse(text, out var id), Is.False);
        Assert.That(id, Is.EqualTo(default(MachineId)));
        Assert.That(MachineId.TryParse(Encoding.UTF8.GetBytes(text), null, out _), Is.False);
        Assert.That(
            Assert.Throws<FormatException>(() => MachineId.Parse(text))!.Message,
            Does.Contain(text.Length == 32 ? "not every character" : $"it has {text.Length} characters"));
    }

    [Test]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => MachineId.Parse(null!));
        Assert.That(MachineId.TryParse((string?)null, out _), Is.False);
    }

    [Test]
    public void Json_of_something_else_is_refused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<MachineId>("\"nobody\""));

    [Test]
    public void TryFormat_writes_exactly_32_or_nothing()
    {
        var chars = new char[33];
        var bytes = new byte[33];

        Assert.That(Sample.TryFormat(chars, out var charsWritten, default, null) && charsWritten == 32 && chars[32] == '\0');
        Assert.That(Sample.TryFormat(bytes, out var bytesWritten, default, null) && bytesWritten == 32 && bytes[32] == 0);
        Assert.That(Sample.TryFormat(chars.AsSpan(0, 31), out charsWritten, default, null), Is.False);
        Assert.That(charsWritten, Is.Zero);
        Assert.That(Sample.TryFormat(bytes.AsSpan(0, 31), out bytesWritten, default, null), Is.False);
        Assert.That(bytesWritten, Is.Zero);
    }

    [Test]
    public void Format_is_none_or_G()
    {
        Assert.That($"{Sample:G}", Is.EqualTo(Sample.ToString()));
        Assert.Throws<FormatException>(() => Sample.ToString("x", null));
    }

    [Test]
    public void Draw_never_gives_zero()
    {
        var drawn = MachineId.Draw(new ZeroesFirst());

        Assert.That(drawn.IsNone, Is.False);
        Assert.That(default(MachineId).IsNone);
    }

    [Test]
    public void Draw_gives_different_ids()
    {
        var random = new SeededRandom(1);

        Assert.That(Enumerable.Range(0, 1000).Select(_ => MachineId.Draw(random)).Distinct().Count(), Is.EqualTo(1000));
    }

    [Test]
    public void Ids_sort_alike_as_numbers_and_as_text() =>
        Gen.Select(Any, Any).Sample((left, right) =>
            Math.Sign(left.CompareTo(right)) == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()))
            && (left < right, left <= right, left > right, left >= right)
                == (left.CompareTo(right) < 0, left.CompareTo(right) <= 0, left.CompareTo(right) > 0, left.CompareTo(right) >= 0));

    [Test]
    public void Bytes_too_few_are_refused() => Assert.That(MachineId.TryReadBytes(new byte[15], out _), Is.False);

    private sealed class ZeroesFirst : RandomSource
    {
        private int _fills;

        public override void Fill(Span<byte> buffer) => buffer.Fill((byte)(_fills++ < 6 ? 0 : 1));
    }
}
