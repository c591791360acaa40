using LightDfs.Text;
using NUnit.Framework;

namespace LightDfs.Tests.Text;

public sealed class ShortenedTests
{
    [TestCase("", 0, "")]
    [TestCase("abc", 0, "")]
    [TestCase("abc", 2, "ab")]
    [TestCase("abc", 3, "abc")]
    [TestCase("a𝄞c", 1, "a")]
    [TestCase("a𝄞c", 2, "a")]
    [TestCase("a𝄞c", 3, "a𝄞")]
    public void Text_is_cut_between_characters(string text, int length, string expected) => Assert.That(Shortened.To(length, text), Is.EqualTo(expected));
}
