namespace LightDfs.Text;

/// <summary>A text cut to a length, never through a character of two halves.</summary>
internal static class Shortened
{
    public static string To(int length, string text) =>
        text.Length <= length ? text
        : length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
