using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Files;

/// <summary>File names on their way through headers. What a client named a file is data: here it is made harmless for whoever saves it.</summary>
internal static class FileNames
{
    /// <summary>The value of <c>Content-Disposition</c> that makes a browser save a file instead of showing it.</summary>
    public static string Attachment(string? fileName)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        if (Safe(fileName) is { } safe)
        {
            disposition.SetHttpFileName(safe);
        }
        return disposition.ToString();
    }

    /// <summary>The last part of a path of any system, without control characters; <see langword="null"/> when nothing usable is left.</summary>
    public static string? Safe(string? fileName)
    {
        if (fileName is null)
        {
            return null;
        }
        var last = fileName.AsSpan(fileName.AsSpan().LastIndexOfAny('/', '\\') + 1).Trim();
        var safe = string.Create(last.Length, last, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsControl(source[i]) || TurnsTextAround(source[i]) ? '_' : source[i];
            }
        });
        return safe.AsSpan().ContainsAnyExcept('.') ? safe : null;
    }

    // "invoice<U+202E>fdp.exe" would show as "invoiceexe.pdf".
    private static bool TurnsTextAround(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
