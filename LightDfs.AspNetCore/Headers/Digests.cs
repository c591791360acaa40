using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LightDfs.AspNetCore.Headers;

/// <summary>The digest fields of RFC 9530. Of their algorithms only sha-256 is computed here; others are ignored, as the RFC allows.</summary>
internal static class Digests
{
    public const string ReprDigest = "Repr-Digest";
    public const string ContentDigest = "Content-Digest";
    public const string WantReprDigest = "Want-Repr-Digest";
    public const string WantContentDigest = "Want-Content-Digest";

    private const string Algorithm = "sha-256";
    private const int Length = 32;
    private const int MostWanted = 10;

    /// <summary>
    /// The SHA-256 that a body must have by its headers, 64 lower-case hexadecimal digits; <see langword="null"/> when they promise none. Both headers mean the same here:
    /// bodies are taken whole and as they are.
    /// </summary>
    /// <exception cref="BadHttpRequestException">A header is malformed, or the two contradict each other.</exception>
    public static string? Expected(IHeaderDictionary headers) =>
        headers.ContainsKey(ContentDigest) || headers.ContainsKey(ReprDigest) ? Expected(headers.TryGetValue, ContentDigest, ReprDigest) : null;

    /// <summary>As <see cref="Expected(IHeaderDictionary)"/>, for the headers of a part of a form.</summary>
    /// <exception cref="BadHttpRequestException">A header is malformed, or the two contradict each other.</exception>
    public static string? Expected(IDictionary<string, StringValues> headers) => Expected(headers.TryGetValue, ContentDigest, ReprDigest);

    /// <summary>True when the client wants to know the SHA-256 of what it uploads.</summary>
    /// <exception cref="BadHttpRequestException">A header is malformed.</exception>
    public static bool AreWanted(IHeaderDictionary headers) => IsWanted(headers, WantReprDigest) | IsWanted(headers, WantContentDigest);

    /// <summary>The value of <c>Repr-Digest</c> for a SHA-256 in hexadecimal digits.</summary>
    public static string Field(string sha256) => $"{Algorithm}=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    private delegate bool Lookup(string name, out StringValues value);

    private static string? Expected(Lookup find, string first, string second)
    {
        var one = Promised(find, first);
        var other = Promised(find, second);
        return one is null || other is null || one == other ? one ?? other : throw Refusal($"{first} and {second} contradict each other. Send one of them, or both of the same content.");
    }

    private static string? Promised(Lookup find, string name)
    {
        if (!find(name, out var lines) || !Parse(name, lines).TryGetValue(Algorithm, out var value))
        {
            return null;
        }
        return value is byte[] { Length: Length } digest ? Convert.ToHexStringLower(digest) : throw Bad(name, $"{Algorithm} takes {Length} bytes in base64 between colons.");
    }

    private static bool IsWanted(IHeaderDictionary headers, string name)
    {
        if (!headers.TryGetValue(name, out var lines) || !Parse(name, lines).TryGetValue(Algorithm, out var value))
        {
            return false;
        }
        return value is long and >= 0 and <= MostWanted ? value is not 0L : throw Bad(name, $"{Algorithm} takes a whole number from 0 (no) to {MostWanted}.");
    }

    private static Dictionary<string, object?> Parse(string name, StringValues lines)
    {
        try
        {
            return StructuredDictionary.Parse(string.Join(", ", lines.AsEnumerable()));
        }
        catch (FormatException malformed)
        {
            throw Bad(name, malformed.Message, malformed);
        }
    }

    private static BadHttpRequestException Bad(string name, string why, Exception? cause = null)
    {
        var value = name is WantReprDigest or WantContentDigest ? "1" : ":base64:";
        return Refusal($"{name} cannot be read: {why} Write, after RFC 9530: {name}: {Algorithm}={value}.", cause);
    }

    private static BadHttpRequestException Refusal(string message, Exception? cause = null) =>
        cause is null ? new(message, StatusCodes.Status400BadRequest) : new(message, StatusCodes.Status400BadRequest, cause);
}
