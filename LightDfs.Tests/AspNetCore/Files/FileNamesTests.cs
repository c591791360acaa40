using LightDfs.AspNetCore.Headers;
using Microsoft.Net.Http.Headers;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class FileNamesTests
{
    [TestCase("plain.txt", ExpectedResult = "plain.txt")]
    [TestCase("../../etc/passwd", ExpectedResult = "passwd")]
    [TestCase(@"C:\Users\me\secret.doc", ExpectedResult = "secret.doc")]
    [TestCase("/", ExpectedResult = null)]
    [TestCase("..", ExpectedResult = null)]
    [TestCase("a/..", ExpectedResult = null)]
    [TestCase("   ", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    [TestCase(null, ExpectedResult = null)]
    [TestCase("a\r\nSet-Cookie: b", ExpectedResult = "a__Set-Cookie: b")]
    [TestCase("nul\0l", ExpectedResult = "nul_l")]
    [TestCase("invoice\u202Efdp.exe", ExpectedResult = "invoice_fdp.exe")]
    [TestCase("\u200Ftxt.\u061Cexe", ExpectedResult = "_txt._exe")]
    [TestCase("line\u2028break\u0085.", ExpectedResult = "line_break_.")]
    [TestCase("whole \U0001F600", ExpectedResult = "whole \U0001F600")]
    [TestCase("mixed/..\\last", ExpectedResult = "last")]
    [TestCase("über €.txt", ExpectedResult = "über €.txt")]
    [TestCase(".gitignore", ExpectedResult = ".gitignore")]
    public string? Safe_name_is_the_last_part_without_tricks(string? name) => FileNames.Safe(name);

    [Test]
    public void Attachment_keeps_quotes_and_unicode_in_one_header()
    {
        var header = FileNames.Disposition("attachment", "a \"b\"; filename=c \u00fc \U0001F600.txt");

        Assert.That(header, Has.None.InRange('\0', '\x1f').And.None.GreaterThan('~'));
        Assert.That(ContentDispositionHeaderValue.TryParse(header, out var parsed));
        Assert.That(parsed!.FileNameStar.Value, Is.EqualTo("a \"b\"; filename=c \u00fc \U0001F600.txt"));
    }

    [Test]
    public void Half_of_a_pair_of_characters_is_replaced() => Assert.That(FileNames.Safe("\uDE00half \uD83D pair \uD83D"), Is.EqualTo("_half _ pair _"));

    private static IEnumerable<string> Names()
    {
        yield return new string('n', 300);
        yield return new string('n', 301) + ".pdf";
        yield return string.Concat(Enumerable.Repeat("\U0001F600", 1024));
        yield return "x" + string.Concat(Enumerable.Repeat("\U0001F600", 500)) + ".tar.gz";
        yield return new string('n', 500) + "." + new string('e', 500);
        yield return "\uD83D\uD83D\uDE00\uDE00\"\\\"; filename=x";
        yield return string.Concat(Enumerable.Range(0, 0x300).Select(code => (char)code));
        yield return string.Concat(Enumerable.Range(0x2000, 0x100).Select(code => (char)code));
    }

    [TestCaseSource(nameof(Names))]
    public void Every_name_makes_one_header_that_proxies_pass_on(string name)
    {
        var header = FileNames.Disposition("attachment", name);

        Assert.That(header, Has.None.InRange('\0', '\x1f').And.None.GreaterThan('~'));
        Assert.That(header, Has.Length.LessThan(3500));
        Assert.That(ContentDispositionHeaderValue.TryParse(header, out var parsed));
        Assert.That(parsed!.FileNameStar.Value, Is.EqualTo(FileNames.Safe(name)).And.Length.LessThanOrEqualTo(FileNames.MaxLength));
    }

    [Test]
    public void Long_name_keeps_its_extension_and_its_pairs_of_characters()
    {
        Assert.That(FileNames.Safe(new string('n', 400) + ".pdf"), Is.EqualTo(new string('n', 296) + ".pdf"));
        Assert.That(FileNames.Safe("x" + string.Concat(Enumerable.Repeat("\U0001F600", 500)) + ".pdf"), Does.EndWith("\U0001F600.pdf").And.Length.EqualTo(299));
    }

    [Test]
    public void Attachment_without_a_usable_name_has_none() => Assert.That(FileNames.Disposition("attachment", "../"), Is.EqualTo("attachment"));
}
