using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore;

/// <summary>The options of one <c>MapLightDfsFiles</c>, checked, as they were when it was called.</summary>
internal sealed record FilesSettings
{
    /// <summary>Timers take no more than 49 days.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromDays(1);

    private FilesSettings()
    {
    }

    public required long? MaxFileSize { get; init; }

    public required TimeSpan UploadIdleTimeout { get; init; }

    public required bool ComputeSha256 { get; init; }

    public required FrozenSet<string> InlineContentTypes { get; init; }

    public required TimeProvider Time { get; init; }

    /// <exception cref="ArgumentException">Options that cannot be meant; all problems in one message.</exception>
    public static FilesSettings Of(LightDfsFilesOptions options, TimeProvider time)
    {
        var problems = new List<string>();
        if (options.MaxFileSize < 0)
        {
            problems.Add($"MaxFileSize is {options.MaxFileSize}. Set a number of bytes, or null for no limit.");
        }
        if (options.UploadIdleTimeout <= TimeSpan.Zero && options.UploadIdleTimeout != Timeout.InfiniteTimeSpan)
        {
            problems.Add($"UploadIdleTimeout is {options.UploadIdleTimeout}. Set a time above zero, or Timeout.InfiniteTimeSpan.");
        }
        if (options.UploadIdleTimeout > LongestIdle)
        {
            problems.Add($"UploadIdleTimeout is {options.UploadIdleTimeout}. Set at most {LongestIdle}, or Timeout.InfiniteTimeSpan.");
        }
        problems.AddRange(options.InlineContentTypes.Select(WhyNotInline).OfType<string>());
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
        return new FilesSettings
        {
            MaxFileSize = options.MaxFileSize,
            UploadIdleTimeout = options.UploadIdleTimeout,
            ComputeSha256 = options.ComputeSha256,
            InlineContentTypes = options.InlineContentTypes.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            Time = time,
        };
    }

    private static string? WhyNotInline(string text)
    {
        if (!MediaTypeHeaderValue.TryParse(text, out var type) || type.Parameters.Count > 0 || type.MatchesAllSubTypes)
        {
            return $"InlineContentTypes has '{text}', which is not one media type without parameters, such as image/png.";
        }
        return CanCarryScripts(type)
            ? $"InlineContentTypes has '{text}', which can carry scripts: what one user stored would run as a page of this site. Remove it, and serve it from a domain of its own."
            : null;
    }

    private static bool CanCarryScripts(MediaTypeHeaderValue type) =>
        type.SubType.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
        || type.SubType.EndsWith("html", StringComparison.OrdinalIgnoreCase)
        || type.SubType.EndsWith("script", StringComparison.OrdinalIgnoreCase);
}
