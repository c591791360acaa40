using LightDfs.Peers;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

public sealed class PeerStatusCodesTests
{
    private static readonly Dictionary<PeerStatus, (int Http, string Header)> Expected = new()
    {
        [PeerStatus.Ok] = (200, "0"),
        [PeerStatus.NotFound] = (404, "1"),
        [PeerStatus.Deleted] = (410, "2"),
        [PeerStatus.Conflict] = (409, "3"),
        [PeerStatus.Misdirected] = (421, "4"),
        [PeerStatus.Starting] = (503, "5"),
        [PeerStatus.Unavailable] = (503, "6"),
        [PeerStatus.Full] = (507, "7"),
        [PeerStatus.BadRequest] = (400, "8"),
        [PeerStatus.Refused] = (403, "9"),
        [PeerStatus.Damaged] = (500, "10"),
    };

    [Test]
    public void Every_status_has_its_place_in_the_table()
    {
        var actual = Enum.GetValues<PeerStatus>().ToDictionary(status => status, status => (PeerStatusCodes.ToHttp(status), PeerStatusCodes.ToHeader(status)));

        Assert.That(actual, Is.EquivalentTo(Expected));
    }

    [Test]
    public void Every_header_reads_back()
    {
        foreach (var (status, (_, header)) in Expected)
        {
            Assert.That((PeerStatusCodes.TryParse(header, out var parsed), parsed), Is.EqualTo((true, status)));
        }
    }

    [TestCase("")]
    [TestCase("11")]
    [TestCase("-1")]
    [TestCase("Ok")]
    [TestCase("0 ")]
    public void Other_headers_are_no_status(string header) => Assert.That(PeerStatusCodes.TryParse(header, out _), Is.False);
}
