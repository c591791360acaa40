using System.Numerics;

namespace LightDfs.Text;

/// <summary>Foreign text as it may appear in an error message: short, on one line, printable ASCII.</summary>
internal static class Quoted
{
    private const int Longest = 40;

    public static string Of<TChar>(ReadOnlySpan<TChar> text) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        Span<char> shown = stackalloc char[Math.Min(text.Length, Longest)];
        for (var index = 0; index < shown.Length; index++)
        {
            shown[index] = Of(text[index]);
        }
        return text.Length > Longest ? $"'{shown}...'" : $"'{shown}'";
    }

    public static char Of<TChar>(TChar character) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        var code = uint.CreateTruncating(character);
        return code is >= 0x20 and < 0x7F ? (char)code : '?';
    }
}
