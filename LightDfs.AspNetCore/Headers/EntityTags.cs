using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Headers;

/// <summary>The strong entity tag of a file: its checksum and length. Files are immutable, so it never changes.</summary>
internal static class EntityTags
{
    public static EntityTagHeaderValue Of(StoredFile file) => new(TextOf(file));

    public static string TextOf(StoredFile file) => string.Create(CultureInfo.InvariantCulture, $"\"{file.Checksum:x32}-{file.Length:x}\"");
}
