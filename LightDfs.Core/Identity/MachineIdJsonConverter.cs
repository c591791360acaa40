using System.Text.Json;
using System.Text.Json.Serialization;
using LightDfs.Text;

namespace LightDfs;

/// <summary>
/// Writes a <see cref="MachineId"/> as its text, also as the key of a dictionary. <see cref="MachineId"/> names it itself: nothing to register.
/// </summary>
public sealed class MachineIdJsonConverter : JsonConverter<MachineId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">Here is no string, or one that is no machine id.</exception>
    public override MachineId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonText.Read<MachineId>(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MachineId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        JsonText.Write(writer, value);
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The property's name is no machine id.</exception>
    public override MachineId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<MachineId>(ref reader);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, MachineId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        JsonText.WriteName(writer, value);
    }
}
