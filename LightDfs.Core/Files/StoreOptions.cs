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

    /// <summary>Keeps an independent copy under another placement: open, find and delete it with the same salt. <see langword="null"/> is none.</summary>
    public ulong? PlacementSalt { get; set; }

    /// <summary>True computes the SHA-256 of the content while it is stored, and keeps it with the file. False is the default.</summary>
    public bool Sha256 { get; set; }

    /// <summary>
    /// The SHA-256 that the content must have, 64 lower-case hexadecimal digits; implies <see cref="Sha256"/>. A content with another one is refused with
    /// <see cref="ContentMismatchException"/>, and nothing of it is stored. <see langword="null"/> (the default) expects none.
    /// </summary>
    public string? ExpectedSha256 { get; set; }

    /// <summary>Told how many bytes were stored so far. <see langword="null"/> (the default) tells nobody.</summary>
    public IProgress<long>? Progress { get; set; }
}
