using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>
/// Writes a checksum or version of 128 bits as 32 lower-case hexadecimal digits, as the file endpoints send it: as a number most readers of JSON would round it. The properties concerned name it
/// themselves: nothing to register.
/// </summary>
public sealed class Hex128JsonConverter : JsonConverter<UInt128>
{
    private const int Digits = 32;
    private const int LongestEscaped = Digits * 6; // every character written as \uXXXX

    /// <inheritdoc/>
    /// <exception cref="JsonException">Here is no string of 32 hexadecimal digits.</exception>
    public override UInt128 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && (reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) is >= Digits and <= LongestEscaped)
        {
            Span<byte> text = stackalloc byte[LongestEscaped];
            if (reader.CopyString(text) is Digits && UInt128.TryParse(text[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }
        }
        throw new JsonException($"A value of 128 bits is written as a JSON string of {Digits} hexadecimal digits.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UInt128 value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[Digits];
        _ = value.TryFormat(text, out _, "x32", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text);
    }
}
