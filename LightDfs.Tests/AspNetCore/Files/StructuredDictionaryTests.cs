using LightDfs.AspNetCore.Headers;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>After RFC 9651, section 4.2, and the test suite of the HTTP working group.</summary>
public sealed class StructuredDictionaryTests
{
    [TestCase("", ExpectedResult = "")]
    [TestCase("   ", ExpectedResult = "")]
    [TestCase("a=1", ExpectedResult = "a=1")]
    [TestCase("  a=1  ", ExpectedResult = "a=1")]
    [TestCase("a=1\t", ExpectedResult = "a=1")]
    [TestCase("a=1,b=-2", ExpectedResult = "a=1 b=-2")]
    [TestCase("a=1 \t,\t b=2", ExpectedResult = "a=1 b=2")]
    [TestCase("a=:aGVsbG8=:", ExpectedResult = "a=hello")]
    [TestCase("a=:aGVsbG8:", ExpectedResult = "a=hello", Description = "missing padding is borne")]
    [TestCase("a=::", ExpectedResult = "a=")]
    [TestCase("a=1, b=2, a=3", ExpectedResult = "a=3 b=2")]
    [TestCase("a", ExpectedResult = "a?")]
    [TestCase("a, b;x;y=2", ExpectedResult = "a? b?")]
    [TestCase("a=1;x=\"a, b\";  y", ExpectedResult = "a=1")]
    [TestCase("a=\"b, c=1\"", ExpectedResult = "a?")]
    [TestCase("a=\"\\\"\\\\\"", ExpectedResult = "a?")]
    [TestCase("a=?0, b=?1", ExpectedResult = "a? b?")]
    [TestCase("a=1.5, b=-0.001", ExpectedResult = "a? b?")]
    [TestCase("a=token/x:y*, b=*t", ExpectedResult = "a? b?")]
    [TestCase("a=@1659578233, b=@-1", ExpectedResult = "a? b?")]
    [TestCase("a=%\"f%c3%bc\"", ExpectedResult = "a?")]
    [TestCase("a=(), b=(1 2), c=( \"x\";q=1  :AA==:;z );y", ExpectedResult = "a? b? c?")]
    [TestCase("*a_-.*9=1", ExpectedResult = "*a_-.*9=1")]
    [TestCase("a=999999999999999", ExpectedResult = "a=999999999999999")]
    public string Well_formed_dictionary_is_read(string text) =>
        string.Join(' ', StructuredDictionary.Parse(text).Select(member => member.Key + member.Value switch
        {
            byte[] bytes => "=" + System.Text.Encoding.ASCII.GetString(bytes),
            long number => $"={number}",
            _ => "?",
        }));

    [TestCase(",")]
    [TestCase("a=1,")]
    [TestCase("a=1, ,b=2")]
    [TestCase("a=1 b=2")]
    [TestCase("A=1")]
    [TestCase("1=1")]
    [TestCase("=1")]
    [TestCase("a=")]
    [TestCase("a= 1")]
    [TestCase("a =1")]
    [TestCase("a=-")]
    [TestCase("a=1.")]
    [TestCase("a=1.2345")]
    [TestCase("a=1234567890123.1")]
    [TestCase("a=1000000000000000")]
    [TestCase("a=:aGVsbG8=")]
    [TestCase("a=:aGVs bG8=:")]
    [TestCase("a=:a=a=:")]
    [TestCase("a=:a:")]
    [TestCase("a=:_-:")]
    [TestCase("a=\"open")]
    [TestCase("a=\"\\n\"")]
    [TestCase("a=\"\u00fc\"")]
    [TestCase("a=\"\t\"")]
    [TestCase("a=?2")]
    [TestCase("a=?")]
    [TestCase("a=@")]
    [TestCase("a=@1.5")]
    [TestCase("a=%\"%C3%BC\"")]
    [TestCase("a=%\"%c3\"")]
    [TestCase("a=%\"%c")]
    [TestCase("a=(1")]
    [TestCase("a=(1\"x\")")]
    [TestCase("a=(1,2)")]
    [TestCase("a=((1))")]
    [TestCase("a;")]
    [TestCase("a;=1")]
    [TestCase("a;x=")]
    [TestCase("\ta=1")]
    [TestCase("\u00e4=1")]
    public void Malformed_dictionary_is_refused(string text) => Assert.Throws<FormatException>(() => StructuredDictionary.Parse(text));

    [Test]
    public void Any_text_is_read_or_refused_with_the_same_exception()
    {
        const string Alphabet = "ab1=:;,.\"\\?@%()*- \tA/c3\u00fc";
        var random = new Random(7);
        for (var i = 0; i < 50_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                StructuredDictionary.Parse(text);
            }
            catch (FormatException)
            {
            }
        }
    }
}
