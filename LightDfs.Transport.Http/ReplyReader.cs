using System.Net.Http.Headers;
using LightDfs.Peers;

namespace LightDfs.Transport.Http;

/// <summary>Makes a peer's reply of an HTTP response, or says why it is none.</summary>
internal static class ReplyReader
{
    /// <summary>The reply owns the response; if this throws, the caller does.</summary>
    public static async ValueTask<PeerReply> ReadAsync(string address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // As they came: parsing them by name is of no use here, and costs more than the rest.
        var headers = response.Headers.NonValidated;
        if (!headers.Contains(PeerHeaders.Status))
        {
            throw new PeerUnreachableException(address, HttpFailures.OfStatus((int)response.StatusCode, response.Headers.Location));
        }
        if (!PeerStatusCodes.TryParse(Single(address, headers, PeerHeaders.Status), out var status) || PeerStatusCodes.ToHttp(status) != (int)response.StatusCode)
        {
            throw Malformed(address, $"its status '{headers[PeerHeaders.Status]}' is unknown, or does not belong to HTTP {(int)response.StatusCode}");
        }
        var head = Bytes(address, headers, PeerHeaders.Head, PeerRequest.MaxHeadLength);
        var proof = headers.Contains(PeerHeaders.Proof) ? Bytes(address, headers, PeerHeaders.Proof, PeerRequest.MaxProofLength) : [];
        if (response.Content.Headers.ContentLength is not { } length)
        {
            throw Malformed(address, "its length is missing");
        }
        var body = length == 0 ? null : new PromisedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), length, ownsInner: true, cancellationToken);
        return new PeerReply(response) { Status = status, Head = head, Proof = proof, Body = body, BodyLength = length };
    }

    private static string Single(string address, HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.Count == 1 ? values.ToString() : throw Malformed(address, $"header {name} is missing or repeated");

    private static byte[] Bytes(string address, HttpHeadersNonValidated headers, string name, int max) =>
        PeerHeaders.TryDecode(Single(address, headers, name), max, out var bytes) ? bytes : throw Malformed(address, $"header {name} is no base64 text of at most {max} bytes");

    private static PeerUnreachableException Malformed(string address, string what) => new(address, HttpFailures.Malformed(what));
}
