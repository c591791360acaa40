using CsCheck;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

public sealed class PeerAddressTests
{
    [TestCase("http://H:80", "http://h")]
    [TestCase("https://h:443/", "https://h")]
    [TestCase("http://h:443", "http://h:443")]
    [TestCase("http://127.1:5000", "http://127.0.0.1:5000")]
    [TestCase("http://[0:0::1]:5000/App/", "http://[::1]:5000/App")]
    [TestCase("http://[::FFFF:10.0.0.5]:5000", "http://10.0.0.5:5000")]
    [TestCase("http://B\u00fccher.example/a b", "http://xn--bcher-kva.example/a%20b")]
    [TestCase("http://loopback:5000", "http://localhost:5000")]
    [TestCase("http://LocalHost:5000", "http://localhost:5000")]
    public void Address_has_one_form(string address, string normal) => Assert.That(PeerAddress.Normalize(address), Is.EqualTo(normal));

    [Test]
    public void Normalising_twice_changes_nothing() =>
        Gen.Select(OneOf("http", "HTTPS"), OneOf("a", "A.b", "10.1", "[::1]", "localhost"), OneOf("", ":80", ":443", ":7"),
                OneOf("", "/", "/a", "//", "/.", "/..", "/%2e", "/%2E%2e", "/%7e", "/A", "/b c", "/%41", "/\\", "/%252e").Array[0, 6])
            .Sample((scheme, host, port, path) =>
            {
                var once = PeerAddress.Normalize($"{scheme}://{host}{port}{string.Concat(path)}");
                return PeerAddress.Normalize(once) == once;
            }, iter: 20_000);

    [Test]
    public void User_name_is_refused_without_repeating_its_password()
    {
        var thrown = Assert.Throws<FormatException>(() => PeerAddress.Normalize("http://me:secret@h:5000"));

        Assert.That(thrown!.Message, Does.Contain("user name").And.Not.Contain("secret"));
    }

    [TestCase("http://127.0.0.1:5000", true)]
    [TestCase("http://127.9.9.9", true)]
    [TestCase("http://[::1]:5000", true)]
    [TestCase("https://localhost", true)]
    [TestCase("http://localhost.example", false)]
    [TestCase("http://10.0.0.1", false)]
    [TestCase("http://[2001:db8::1]", false)]
    [TestCase("", false)]
    [TestCase("/x", false)]
    [TestCase("no address", false)]
    public void Loopback_is_this_host_only(string address, bool expected)
    {
        using var transport = new HttpPeerTransport();

        Assert.That(transport.IsLoopback(address), Is.EqualTo(expected));
        Assert.That(transport.IsLoopback(address), Is.EqualTo(expected), "asked again");
    }

    [TestCase("https://h", true)]
    [TestCase("http://h:443", false)]
    [TestCase("https://h:5000/app", true)]
    [TestCase("", false)]
    [TestCase("https", false)]
    [TestCase("no address", false)]
    public void Protected_is_https(string address, bool expected)
    {
        using var transport = new HttpPeerTransport();

        Assert.That(transport.IsProtected(address), Is.EqualTo(expected));
        Assert.That(transport.IsProtected(address), Is.EqualTo(expected), "asked again");
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
