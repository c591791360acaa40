using System.Text;
using CsCheck;
using LightDfs.Text;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdTextTests
{
    private static readonly FileId Sample = SampleIds.Create();

    [Test]
    public void Text_comes_back_through_every_way() =>
        SampleIds.Any.Sample(id =>
        {
            var text = id.ToString();
            var utf8 = Encoding.ASCII.GetBytes(text);
            return text.Length == 26
                && FileId.Parse(text) == id
                && FileId.Parse(text, null) == id
                && FileId.Parse(text.AsSpan(), null) == id
                && FileId.Parse(utf8, null) == id
                && FileId.TryParse(text, out var a) && a == id
                && FileId.TryParse(text, null, out var b) && b == id
                && FileId.TryParse(text.AsSpan(), null, out var c) && c == id
                && FileId.TryParse(utf8, null, out var d) && d == id;
        });

    [Test]
    public void Upper_case_is_the_same_id() => SampleIds.Any.Sample(id => FileId.Parse(id.ToString().ToUpperInvariant()) == id);

    [Test]
    public void Text_is_lower_case_base32_and_begins_with_at_most_7() =>
        SampleIds.Any.Sample(id => id.ToString().All(c => CrockfordBase32.Alphabet.Contains(c, StringComparison.Ordinal)) && id.ToString()[0] <= '7');

    [Test]
    public void Every_single_wrong_character_is_refused()
    {
        foreach (var text in SampleTexts())
        {
            for (var index = 0; index < text.Length; index++)
            {
                for (var wrong = '\0'; wrong < 256; wrong++)
                {
                    var mistyped = text.ToCharArray();
                    mistyped[index] = wrong;
                    var same = char.ToLowerInvariant(wrong) == text[index];
                    Assert.That(FileId.TryParse(mistyped, null, out _), Is.EqualTo(same), $"{text}[{index}] = U+{(int)wrong:X4}");
                }
            }
        }
    }

    [Test]
    public void Every_swap_of_different_neighbours_is_refused()
    {
        foreach (var text in SampleTexts())
        {
            for (var index = 0; index + 1 < text.Length; index++)
            {
                var swapped = text.ToCharArray();
                (swapped[index], swapped[index + 1]) = (swapped[index + 1], swapped[index]);
                Assert.That(FileId.TryParse(swapped, null, out _), Is.EqualTo(text[index] == text[index + 1]), $"{text}, swapped at {index}");
            }
        }
    }

    // The check is linear: whether an error is seen depends on the flipped bits alone. So trying every flip on one id proves it for all.
    [Test]
    public void No_id_exists_in_which_a_wrong_character_or_a_swap_goes_unseen()
    {
        for (var index = 0; index < 26; index++)
        {
            for (var flips = 1u; flips < 32; flips++)
            {
                AssertSeen((UInt128)flips << (5 * index), $"character {index} from the right, flips {flips:b5}");
                if (index < 25)
                {
                    AssertSeen((((UInt128)flips << 5) | flips) << (5 * index), $"swap at {index} from the right, flips {flips:b5}");
                }
            }
        }

        static void AssertSeen(UInt128 flips, string what) =>
            Assert.That(flips == UInt128.Zero || !FileId.TryCreate(Sample.Value ^ flips, out _), what);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("06d0h0m8")]
    public void Another_length_is_refused(string text) => AssertRefused(text, "26");

    [Test]
    public void One_character_too_few_or_too_many_is_refused()
    {
        AssertRefused(Sample.ToString()[..25], "25");
        AssertRefused(Sample + "0", "27");
        AssertRefused(" " + Sample, "27");
        AssertRefused(Sample + "\0", "27");
    }

    [TestCase('8')]
    [TestCase('z')]
    public void First_character_above_7_is_refused(char first) => AssertRefused(first + Sample.ToString()[1..], "number 1.");

    [TestCase('i')]
    [TestCase('L')]
    [TestCase('o')]
    [TestCase('U')]
    [TestCase('-')]
    [TestCase('é')]
    [TestCase('\u0130')]
    [TestCase('０')]
    public void Character_outside_the_alphabet_is_refused_and_named(char wrong) =>
        AssertRefused(Sample.ToString()[..9] + wrong + Sample.ToString()[10..], "number 10.");

    [Test]
    public void Wrong_version_is_refused() => AssertRefused(new FileId(Sample.Value ^ ((UInt128)15 << 76)).ToString(), "version 8");

    [Test]
    public void Wrong_variant_is_refused() => AssertRefused(new FileId(Sample.Value ^ (1UL << 62)).ToString(), "version 8");

    [Test]
    public void Wrong_check_is_refused() => AssertRefused(new FileId(Sample.Value ^ 1).ToString(), "check bits");

    [Test]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => FileId.Parse(null!));
        Assert.That(FileId.TryParse((string?)null, out _), Is.False);
    }

    [Test]
    public void Refusal_shows_foreign_text_cut_short_and_without_control_characters()
    {
        var refusal = Assert.Throws<FormatException>(() => FileId.Parse("a\r\nb" + new string('x', 1000)));

        Assert.That(refusal!.Message, Does.StartWith("'a??bxxx").And.Length.LessThan(300));
    }

    [Test]
    public void Format_is_none_or_G()
    {
        Assert.That(Sample.ToString(null, null), Is.EqualTo(Sample.ToString()));
        Assert.That($"{Sample:G}", Is.EqualTo(Sample.ToString()));
        Assert.That(Assert.Throws<FormatException>(() => Sample.ToString("N", null))!.Message, Does.Contain("'N'"));
    }

    [Test]
    public void TryFormat_writes_exactly_26_or_nothing()
    {
        var chars = new char[27];
        var bytes = new byte[27];

        Assert.That(Sample.TryFormat(chars, out var charsWritten, default, null) && charsWritten == 26 && chars[26] == '\0');
        Assert.That(Sample.TryFormat(bytes, out var bytesWritten, default, null) && bytesWritten == 26 && bytes[26] == 0);
        Assert.That(new string(chars, 0, 26), Is.EqualTo(Sample.ToString()).And.EqualTo(Encoding.ASCII.GetString(bytes, 0, 26)));
        Assert.That(Sample.TryFormat(chars.AsSpan(0, 25), out charsWritten, default, null), Is.False);
        Assert.That(charsWritten, Is.Zero);
        Assert.That(Sample.TryFormat(bytes.AsSpan(0, 25), out bytesWritten, default, null), Is.False);
        Assert.That(bytesWritten, Is.Zero);
    }

    private static IEnumerable<string> SampleTexts() => Enumerable.Range(0, 12)
        .Select(seed => SampleIds.Create((LightDfs.Files.FileKind)(seed & 1), SampleIds.Noon.AddDays(1000 * seed), (ulong)seed).ToString());

    private static void AssertRefused(string text, string reason)
    {
        Assert.That(FileId.TryParse(text, out var id), Is.False);
        Assert.That(id, Is.EqualTo(default(FileId)));
        Assert.That(FileId.TryParse(Encoding.UTF8.GetBytes(text), null, out _), Is.False);
        Assert.That(Assert.Throws<FormatException>(() => FileId.Parse(text))!.Message, Does.Contain(reason));
    }
}
