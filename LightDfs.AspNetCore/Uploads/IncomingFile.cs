namespace LightDfs.AspNetCore.Uploads;

/// <summary>A file on its way in: its content, and what its sender says of it.</summary>
internal sealed record IncomingFile(Stream Content, string? FileName, string? ContentType, string? ExpectedSha256);
