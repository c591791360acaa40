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
    public void Attachment_without_a_usable_name_has_none() => Assert.That(FileNames.Disposition("attachment", "../"), Is.EqualTo("attachment"));
}
