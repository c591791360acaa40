using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary>Conditions of requests that change something (RFC 9110, section 13). Those of downloads are the framework's.</summary>
internal static class Preconditions
{
    public static bool AreSet(HttpRequest request) =>
        request.Headers.IfMatch.Count > 0 || request.Headers.IfNoneMatch.Count > 0 || request.Headers.IfUnmodifiedSince.Count > 0;

    /// <summary>False when the request must not be carried out: 412.</summary>
    /// <param name="request">The request with its conditions.</param>
    /// <param name="current">The file that is there now; <see langword="null"/> when there is none.</param>
    /// <exception cref="BadHttpRequestException">A condition cannot be read. Ignored, it would do what the client did not want.</exception>
    public static bool Hold(HttpRequest request, StoredFile? current)
    {
        var headers = new RequestHeaders(request.Headers);
        var ifMatch = Tags(HeaderNames.IfMatch, request.Headers.IfMatch, headers.IfMatch);
        if (ifMatch.Count > 0 && !ifMatch.Any(tag => IsMet(tag, current, useStrongComparison: true)))
        {
            return false;
        }
        // A date that cannot be read does not count, by the RFC, and neither does any beside If-Match.
        if (ifMatch.Count == 0 && headers.IfUnmodifiedSince is { } since && current is not null && current.Created.ToUnixTimeSeconds() > since.ToUnixTimeSeconds())
        {
            return false;
        }
        return !Tags(HeaderNames.IfNoneMatch, request.Headers.IfNoneMatch, headers.IfNoneMatch).Any(tag => IsMet(tag, current, useStrongComparison: false));
    }

    private static bool IsMet(EntityTagHeaderValue tag, StoredFile? current, bool useStrongComparison) =>
        current is not null && (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTags.Of(current), useStrongComparison));

    private static IList<EntityTagHeaderValue> Tags(string name, StringValues lines, IList<EntityTagHeaderValue> parsed) =>
        lines.Count == 0 || parsed.Count > 0
            ? parsed
            : throw new BadHttpRequestException($"{name} cannot be read. Write * or entity tags in double quotes.", StatusCodes.Status400BadRequest);
}
