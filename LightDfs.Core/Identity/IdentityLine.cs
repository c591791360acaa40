using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace LightDfs.Identity;

/// <summary>
/// One line of text: kind, format 1, value, and XxHash3 (seed 0) of what is before the last space in 16 hexadecimal digits. Such as
/// "lightdfs-starts 1 42 0123456789abcdef".
/// </summary>
internal static class IdentityLine
{
    public const int MaxLength = 128;

    public static byte[] Format(string kind, string value)
    {
        var text = $"{kind} 1 {value}";
        return Encoding.ASCII.GetBytes($"{text} {ChecksumOf(text)}\n");
    }

    /// <summary>The line as text, whatever the bytes are.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static bool TryParse(string line, string kind, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var parts = line.Split(' ');
        if (line.Length > MaxLength
            || parts.Length != 4
            || parts[0] != kind
            || parts[1] != "1"
            || parts[3] != ChecksumOf($"{parts[0]} {parts[1]} {parts[2]}") + "\n")
        {
            return false;
        }
        value = parts[2];
        return true;
    }

    private static string ChecksumOf(string text) =>
        XxHash3.HashToUInt64(Encoding.Latin1.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture);
}
