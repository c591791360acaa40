using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using LightDfs.Files;
using LightDfs.Text;

namespace LightDfs;

public readonly partial record struct FileId
{
    /// <summary>26 characters of lower-case Crockford base32, the first at most 7. Never throws, also for <see langword="default"/>.</summary>
    public override string ToString() => string.Create(CrockfordBase32.Length, Value, static (text, value) => CrockfordBase32.Write(value, text));

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">Nothing or "G": there is one form.</param>
    /// <param name="formatProvider">Not used: the form is the same in every culture.</param>
    /// <exception cref="FormatException"><paramref name="format"/> is something else.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        PlainFormat.ThrowIfOther(format, nameof(FileId));
        return ToString();
    }

    /// <summary>Writes the 26 characters; false, and nothing written, when <paramref name="destination"/> is shorter.</summary>
    /// <exception cref="FormatException"><paramref name="format"/> is neither empty nor "G".</exception>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormatAny(destination, out charsWritten, format);

    /// <summary>Writes the 26 characters as UTF-8; false, and nothing written, when <paramref name="utf8Destination"/> is shorter.</summary>
    /// <exception cref="FormatException"><paramref name="format"/> is neither empty nor "G".</exception>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormatAny(utf8Destination, out bytesWritten, format);

    /// <summary>
    /// Reads the 26 characters of an id, in lower or upper case. Every single wrong character and every swap of two neighbours is
    /// refused, other mistakes all but one in 4096; Crockford's look-alikes (I, L, O) are not translated but refused.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="s"/> is <see langword="null"/>.</exception>
    /// <exception cref="FormatException"><paramref name="s"/> is not a file id; the message says why.</exception>
    public static FileId Parse(string s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return ParseAny(s.AsSpan());
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static FileId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    public static FileId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => ParseAny(s);

    /// <inheritdoc cref="Parse(string)"/>
    public static FileId Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) => ParseAny(utf8Text);

    /// <summary>As <see cref="Parse(string)"/>, but says false where that throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out FileId result) => TryParseAny(s.AsSpan(), out result) == FileIdFault.None;

    /// <inheritdoc cref="TryParse(string?, out FileId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FileId result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, out FileId)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out FileId result) => TryParseAny(s, out result) == FileIdFault.None;

    /// <inheritdoc cref="TryParse(string?, out FileId)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out FileId result) =>
        TryParseAny(utf8Text, out result) == FileIdFault.None;

    private bool TryFormatAny<TChar>(Span<TChar> destination, out int written, ReadOnlySpan<char> format) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        PlainFormat.ThrowIfOther(format, nameof(FileId));
        var fits = destination.Length >= CrockfordBase32.Length;
        if (fits)
        {
            CrockfordBase32.Write(Value, destination);
        }
        written = fits ? CrockfordBase32.Length : 0;
        return fits;
    }

    private static FileId ParseAny<TChar>(ReadOnlySpan<TChar> text) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        var fault = TryParseAny(text, out var id);
        return fault == FileIdFault.None ? id : throw new FormatException($"{Quoted.Of(text)} is not a file id: {Explain(fault, text)}");
    }

    private static FileIdFault TryParseAny<TChar>(ReadOnlySpan<TChar> text, out FileId id) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        id = default;
        if (text.Length != CrockfordBase32.Length)
        {
            return FileIdFault.Length;
        }
        if (!CrockfordBase32.TryRead(text, out var value, out _))
        {
            return FileIdFault.Character;
        }

        var fault = FaultOf(value);
        id = fault == FileIdFault.None ? new FileId(value) : default;
        return fault;
    }

    private static string Explain<TChar>(FileIdFault fault, ReadOnlySpan<TChar> text) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        if (fault != FileIdFault.Character)
        {
            return Explain(fault, text.Length);
        }

        CrockfordBase32.TryRead(text, out _, out var wrong);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{Quoted.Of(text[wrong])}' cannot be its character number {wrong + 1}. An id uses {CrockfordBase32.Alphabet}, and begins with 0 to 7.");
    }

    private static string Explain(FileIdFault fault, int length = CrockfordBase32.Length) => fault switch
    {
        FileIdFault.Length => $"it has {length} characters, an id has {CrockfordBase32.Length}. Copy the whole id, without spaces or quotes.",
        FileIdFault.Form => "it lacks the marks of a UUID version 8. Is it an id of something else, or mistyped?",
        _ => "its check bits do not match, so a character is wrong or two are swapped. Copy it again from where it was kept.",
    };
}
