using System.Text.Json;
using System.Text.Json.Serialization;
using LightDfs.Text;

namespace LightDfs;

/// <summary>
/// Writes a <see cref="FileId"/> as its text, also as the key of a dictionary. <see cref="FileId"/> names it itself: nothing to register.
/// </summary>
public sealed class FileIdJsonConverter : JsonConverter<FileId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">Here is no string, or one that is no file id.</exception>
    public override FileId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonText.Read<FileId>(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FileId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        JsonText.Write(writer, value);
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The property's name is no file id.</exception>
    public override FileId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<FileId>(ref reader);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, FileId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        JsonText.WriteName(writer, value);
    }
}
