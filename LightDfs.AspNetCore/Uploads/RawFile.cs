using LightDfs.AspNetCore.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>A file that is the whole body of a request.</summary>
internal static class RawFile
{
    /// <exception cref="BadHttpRequestException">A header cannot be read.</exception>
    public static IncomingFile Of(HttpRequest request, Stream body) => new(
        body,
        FileNameOf(request),
        string.IsNullOrEmpty(request.ContentType) ? null : request.ContentType,
        Digests.Expected(request.Headers));

    private static string? FileNameOf(HttpRequest request)
    {
        var named = request.Headers.ContentDisposition.ToString() is { Length: > 0 } header ? Dispositions.FileNameOf(Dispositions.Parse(header)) : null;
        return named ?? (request.Query["fileName"].ToString() is { Length: > 0 } inQuery ? inQuery : null);
    }
}
