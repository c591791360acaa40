using System.Text.Json;

namespace LightDfs.Text;

/// <summary>Reads and writes ids as JSON strings and property names without an allocation of their own.</summary>
internal static class JsonText
{
    private const int LongestText = 32;
    private const int LongestEscaped = LongestText * 6; // every character written as \uXXXX

    public static T Read<T>(ref Utf8JsonReader reader) where T : struct, IUtf8SpanParsable<T>
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw new JsonException($"A {typeof(T).Name} is written as a JSON string, but here is {reader.TokenType}.");
        }

        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > LongestEscaped)
        {
            throw new JsonException($"A text of {length} bytes is too long for a {typeof(T).Name}.");
        }

        Span<byte> buffer = stackalloc byte[LongestEscaped];
        var text = buffer[..reader.CopyString(buffer)];
        try
        {
            return T.Parse(text, null);
        }
        catch (FormatException wrong)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    public static void Write<T>(Utf8JsonWriter writer, T value) where T : struct, IUtf8SpanFormattable
    {
        Span<byte> buffer = stackalloc byte[LongestText];
        writer.WriteStringValue(Format(value, buffer));
    }

    public static void WriteName<T>(Utf8JsonWriter writer, T value) where T : struct, IUtf8SpanFormattable
    {
        Span<byte> buffer = stackalloc byte[LongestText];
        writer.WritePropertyName(Format(value, buffer));
    }

    private static ReadOnlySpan<byte> Format<T>(T value, Span<byte> buffer) where T : struct, IUtf8SpanFormattable =>
        value.TryFormat(buffer, out var written, default, null)
            ? buffer[..written]
            : throw new InvalidOperationException($"A {typeof(T).Name} needs more than {LongestText} bytes as text.");
}
