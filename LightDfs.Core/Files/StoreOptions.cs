namespace LightDfs;

/// <summary>How a file is stored. All of it is optional.</summary>
public sealed class StoreOptions
{
    /// <summary>A name to remember, at most 4,096 bytes of UTF-8. Data, never a path.</summary>
    public string? FileName { get; set; }

    /// <summary>The media type, such as "application/pdf", at most 512 bytes of UTF-8.</summary>
    public string? ContentType { get; set; }

    /// <summary>
    /// An id drawn before by <see cref="FileId"/>, which makes a retry of the same content harmless. <see langword="null"/> (the default)
    /// draws one, on healthy machines. One id, one content; an id once deleted is dead.
    /// </summary>
    public FileId? Id { get; set; }

    /// <summary>True computes the SHA-256 of the content and keeps it: <see cref="StoredFile.Sha256"/>. False (the default) saves the time, about a second per GB.</summary>
    public bool Sha256 { get; set; }

    /// <summary>
    /// The SHA-256 that the content must have, 64 lower-case hexadecimal digits; it is kept too. With another one the store fails with <see cref="ContentMismatchException"/>.
    /// <see langword="null"/> (the default) expects none.
    /// </summary>
    public string? ExpectedSha256 { get; set; }

    /// <summary>
    /// Told how many bytes of the file are on disk on the write quorum: after each segment of a large file, once for a small one. <see langword="null"/> (the default) is nobody.
    /// </summary>
    public IProgress<long>? Progress { get; set; }

    /// <summary>
    /// Keeps an independent copy under another placement: open, find and delete it with the same id and salt. A listing shows it under an id derived from both, which needs no salt.
    /// <see langword="null"/> (the default) is none; 0 is a salt like any other.
    /// </summary>
    public ulong? PlacementSalt { get; set; }

    /// <summary>
    /// Deletes the file by itself, this long after its id was drawn (<see cref="StoredFile.Created"/>), so that a retry under the same id means the same. One minute to 36,500 days;
    /// <see langword="null"/> (the default) is never. It is deleted like any other file, usually within a minute after it expired; until then it may still be read. While the
    /// machine that is to delete it has a wrong clock, or reaches too few others, it waits.
    /// </summary>
    public TimeSpan? ExpiresAfter { get; set; }

    internal static readonly TimeSpan LeastExpiry = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan MostExpiry = TimeSpan.FromDays(36_500);

    internal void Validate()
    {
        if (ExpiresAfter < LeastExpiry || ExpiresAfter > MostExpiry)
        {
            throw new ArgumentException($"ExpiresAfter is {ExpiresAfter}; allowed are {LeastExpiry} to {MostExpiry}, or null for never.", nameof(ExpiresAfter));
        }
        if (ExpectedSha256 is { } expected && !Files.FileRecord.IsSha256(expected))
        {
            throw new ArgumentException($"ExpectedSha256 is '{expected}'; a SHA-256 is written as 64 lower-case hexadecimal digits.", nameof(ExpectedSha256));
        }
    }
}
