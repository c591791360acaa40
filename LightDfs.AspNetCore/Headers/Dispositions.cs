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
    /// <exception cref="BadHttpRequestException">It is in an encoding that is not read, or missing.</exception>
    public static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        try
        {
            var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName);
            return name.HasValue && name.Length > 0 ? name.Value : null;
        }
        catch (Exception unreadable) when (unreadable is NotSupportedException or ArgumentException)
        {
            // The framework throws for UTF-7, which .NET refuses to read, and for a parameter without a value.
            throw new BadHttpRequestException(
                "The file name in the Content-Disposition header is in an encoding that is not read, or missing. Write: attachment; filename*=UTF-8''name", StatusCodes.Status400BadRequest, unreadable);
        }
    }
}
