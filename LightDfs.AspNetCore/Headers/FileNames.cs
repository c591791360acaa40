using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary>File names on their way through headers. What a client named a file is data: here it is made harmless for whoever saves it.</summary>
internal static class FileNames
{
    /// <summary>
    /// Longest name in a header, in characters. No file system takes more than 255, and a header that proxies pass on has about 4 KB for everything.
    /// </summary>
    public const int MaxLength = 300;

    private const int MaxExtension = 20;

    /// <summary>The value of <c>Content-Disposition</c>: "attachment" makes a browser save a file, "inline" lets it show it.</summary>
    public static string Disposition(string type, string? fileName)
    {
        if (Safe(fileName) is not { } safe)
        {
            return type;
        }
        var disposition = new ContentDispositionHeaderValue(type);
        disposition.SetHttpFileName(safe);
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
                target[i] = IsTrick(source, i) ? '_' : source[i];
            }
        });
        return safe.AsSpan().ContainsAnyExcept('.') ? Shorten(safe) : null;
    }

    private static bool IsTrick(ReadOnlySpan<char> text, int index) =>
        char.IsControl(text[index]) || text[index] is '\u2028' or '\u2029' || TurnsTextAround(text[index]) || IsHalfAPair(text, index);

    // "invoice<U+202E>fdp.exe" would show as "invoiceexe.pdf".
    private static bool TurnsTextAround(char character) =>
        character is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsHalfAPair(ReadOnlySpan<char> text, int index) =>
        char.IsHighSurrogate(text[index]) ? index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1])
        : char.IsLowSurrogate(text[index]) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));

    // The extension stays: it decides which program opens the file.
    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }
        var dot = name.LastIndexOf('.');
        var extension = dot >= 0 && name.Length - dot <= MaxExtension ? name[dot..] : "";
        var end = MaxLength - extension.Length;
        return name[..(char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)] + extension;
    }
}
