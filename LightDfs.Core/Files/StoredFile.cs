using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>A file that the cluster keeps. Files are immutable.</summary>
public sealed record StoredFile
{
    /// <summary>The only key to the file.</summary>
    public required FileId Id { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The name given when it was stored; <see langword="null"/> if none. Kept as data: never use it as a path unchecked.</summary>
    public string? FileName { get; init; }

    /// <summary>The media type given when it was stored; <see langword="null"/> if none. What a client claimed, not what the bytes are.</summary>
    public string? ContentType { get; init; }

    /// <summary>XxHash128 (seed 0) of the content. Against accidents, not against forgery.</summary>
    [JsonConverter(typeof(Hex128JsonConverter))]
    public required UInt128 Checksum { get; init; }

    /// <summary>SHA-256 of the content, 64 lower-case hexadecimal digits; <see langword="null"/> unless <see cref="StoreOptions.Sha256"/> or <see cref="StoreOptions.ExpectedSha256"/> asked for it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When the id was drawn, by the clock of the machine that drew it, in UTC to the millisecond.</summary>
    public DateTimeOffset Created => Id.Created;

    /// <summary>
    /// When it expires, UTC: <see cref="StoreOptions.ExpiresAfter"/> after <see cref="Created"/>; <see langword="null"/> for never. It is deleted soon after that, and may be read
    /// until then.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Copies that this answer knows of: after a store those that acknowledged, flushed, in time; after an open, find or list those
    /// whose machines were asked and said yes. At least 1, and often fewer than there are.
    /// </summary>
    public required int Copies { get; init; }
}
