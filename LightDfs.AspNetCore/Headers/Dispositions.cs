using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary><c>Content-Disposition</c> as clients send it, with a request or with a part of a form.</summary>
internal static class Dispositions
{
    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public static ContentDispositionHeaderValue Parse(string? header) =>
        ContentDispositionHeaderValue.TryParse(header, out var disposition)
            ? disposition
            : throw new BadHttpRequestException("The Content-Disposition header cannot be read. Write: attachment; filename*=UTF-8''name", StatusCodes.Status400BadRequest);

    /// <summary>The name as it was given, which is data; <see langword="null"/> when there is none.</summary>
    public static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName);
        return name.HasValue && name.Length > 0 ? name.Value : null;
    }
}
