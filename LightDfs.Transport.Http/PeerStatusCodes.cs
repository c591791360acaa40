using System.Globalization;
using LightDfs.Peers;

namespace LightDfs.Transport.Http;

/// <summary>The one table of peer statuses and the HTTP statuses they travel with. The HTTP status is for people and proxies; the peer status is in a header.</summary>
internal static class PeerStatusCodes
{
    public static int ToHttp(PeerStatus status) => status switch
    {
        PeerStatus.Ok => 200,
        PeerStatus.NotFound => 404,
        PeerStatus.Deleted => 410,
        PeerStatus.Conflict => 409,
        PeerStatus.Misdirected => 421,
        PeerStatus.Starting => 503,
        PeerStatus.Unavailable => 503,
        PeerStatus.Full => 507,
        PeerStatus.BadRequest => 400,
        PeerStatus.Refused => 403,
        PeerStatus.Damaged => 500,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "This peer status has no HTTP status: add it to the table."),
    };

    public static string ToHeader(PeerStatus status) => ((int)status).ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string header, out PeerStatus status)
    {
        status = default;
        // Written back, because a number may be followed by NUL characters and still be one.
        if (!int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !Enum.IsDefined((PeerStatus)number) || ToHeader((PeerStatus)number) != header)
        {
            return false;
        }
        status = (PeerStatus)number;
        return true;
    }
}
