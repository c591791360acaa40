using System.Globalization;

namespace LightDfs.AspNetCore.Files;

/// <summary>A file as clients see it in JSON.</summary>
internal sealed record FileDocument(string Id, long Length, string? FileName, string? ContentType, string Checksum, string? Sha256, DateTimeOffset Created, DateTimeOffset? ExpiresAt, int Copies)
{
    public static FileDocument Of(StoredFile file) => new(
        file.Id.ToString(),
        file.Length,
        file.FileName,
        file.ContentType,
        file.Checksum.ToString("x32", CultureInfo.InvariantCulture),
        file.Sha256,
        file.Created,
        file.ExpiresAt,
        file.Copies);
}
