using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Headers;

/// <summary>How long a client wants its file to be kept: in the header <c>Expires-After</c>, or else in <c>?expiresAfter=</c>, which a form can have in its address.</summary>
internal static class Expiry
{
    public const string ExpiresAfter = "Expires-After";
    public const string InQuery = "expiresAfter";

    /// <summary>In seconds, as the store takes it. Checked here too, because it knows what the client wrote.</summary>
    public const long Least = 60;

    /// <summary>In seconds: 36,500 days.</summary>
    public const long Most = 36_500L * 24 * 60 * 60;

    /// <summary>How long after its id was drawn the file expires; <see langword="null"/> for never.</summary>
    /// <exception cref="BadHttpRequestException">It cannot be meant so. Ignored, the file would outlive what its sender wants.</exception>
    public static TimeSpan? Of(HttpRequest request)
    {
        var (name, value) = request.Headers.TryGetValue(ExpiresAfter, out var header) ? (ExpiresAfter, header) : (InQuery, request.Query[InQuery]);
        if (value.Count == 0)
        {
            return null;
        }
        return long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= Least and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw new BadHttpRequestException(
                string.Create(CultureInfo.InvariantCulture, $"{name} is '{value}'. Write a whole number of seconds from {Least} to {Most}, or leave it out to keep the file. Nothing was stored."),
                StatusCodes.Status400BadRequest);
    }
}
