using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary>Conditions of requests that change something (RFC 9110, section 13). Those of downloads are the framework's.</summary>
internal static class Preconditions
{
    private static readonly string[] WithTags = [HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfRange];
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    public static bool AreSet(HttpRequest request) =>
        request.Headers.IfMatch.Count > 0 || request.Headers.IfNoneMatch.Count > 0 || request.Headers.IfUnmodifiedSince.Count > 0;

    /// <summary>
    /// Takes off the blanks after entity tags, which are no part of them. Servers do it in HTTP/1.1 and not in HTTP/2, and the framework's parser throws for a "W/" with nothing but blanks after it.
    /// </summary>
    public static void Trim(HttpRequest request)
    {
        foreach (var name in WithTags)
        {
            if (request.Headers.TryGetValue(name, out var lines) && lines.Any(line => line is { Length: > 0 } && Blanks.Contains(line[^1])))
            {
                request.Headers[name] = lines.Select(line => line?.TrimEnd(Blanks)).ToArray();
            }
        }
    }

    /// <summary>False when the request must not be carried out: 412.</summary>
    /// <param name="request">The request with its conditions.</param>
    /// <param name="current">The file that is there now; <see langword="null"/> when there is none.</param>
    /// <exception cref="BadHttpRequestException">A condition cannot be read. Ignored, it would do what the client did not want.</exception>
    public static bool Hold(HttpRequest request, StoredFile? current)
    {
        Trim(request);
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
