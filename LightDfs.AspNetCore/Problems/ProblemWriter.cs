using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Problems;

/// <summary>Writes error replies, without reflection and whether or not the app called <c>AddProblemDetails</c>.</summary>
internal static class ProblemWriter
{
    private const string RetryAfterSeconds = "5";

    // A reply that failed before its first byte may have set these for the content it did not send. Everything else is other middleware's.
    private static readonly string[] HeadersOfContent =
    [
        HeaderNames.AcceptRanges, HeaderNames.ContentDisposition, HeaderNames.ContentLength, HeaderNames.ContentRange, HeaderNames.ContentType,
        HeaderNames.ETag, HeaderNames.LastModified, Digests.ReprDigest,
    ];

    public static Task WriteAsync(HttpContext context, int status, string detail) => WriteAsync(context, Problem.Of(status, detail));

    public static Task WriteNotFoundAsync(HttpContext context, FileId id) => WriteAsync(context, StatusCodes.Status404NotFound, $"There is no file '{id}'.");

    public static Task WritePreconditionFailedAsync(HttpContext context, FileId id) => WriteAsync(
        context, StatusCodes.Status412PreconditionFailed, $"File '{id}' is not as If-Match, If-None-Match or If-Unmodified-Since demands. Nothing was changed.");

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        foreach (var name in HeadersOfContent)
        {
            response.Headers.Remove(name);
        }
        response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }
        return JsonReply.WriteAsync(context, "application/problem+json", problem, FilesJsonContext.Default.Problem);
    }
}
