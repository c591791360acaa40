using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary>Says of a file that expires when it does, and keeps caches from having it longer.</summary>
internal static class Lifetimes
{
    /// <summary>When the address will stop to answer (RFC 8594).</summary>
    public const string Sunset = "Sunset";

    // What caches take for a reply that says nothing (RFC 9111, section 4.2.2), as the replies of other files do: the shorter a file is there, the sooner they ask again.
    private const int UsualPart = 10;

    /// <summary>Right before the headers leave, after what the app has set: its lifetimes are shortened, and where it has set none, it is the usual one or what is left.</summary>
    public static void Limit(IHeaderDictionary headers, StoredFile file, DateTimeOffset now)
    {
        if (file.ExpiresAt is not { } expiresAt)
        {
            return;
        }
        headers[Sunset] = expiresAt.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        // Whole seconds, down: a second too early is harmless.
        var left = TimeSpan.FromSeconds(Math.Max(0, (long)(expiresAt - now).TotalSeconds));
        var control = CacheControlHeaderValue.TryParse(headers.CacheControl.ToString(), out var set) ? set : new CacheControlHeaderValue();
        control.MaxAge = Shorter(control.MaxAge ?? Usual(file, now), left);
        control.SharedMaxAge = control.SharedMaxAge is { } shared ? Shorter(shared, left) : null;
        headers.CacheControl = control.ToString();
    }

    private static TimeSpan Usual(StoredFile file, DateTimeOffset now) => TimeSpan.FromSeconds(Math.Max(0, (long)(now - file.Created).TotalSeconds / UsualPart));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
