using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using LightDfs.Text;

namespace LightDfs;

public readonly partial record struct MachineId
{
    private const int TextLength = 2 * Length;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, id) => id.TryFormat(text, out _, default, null));

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">Nothing or "G": there is one form.</param>
    /// <param name="formatProvider">Not used: the form is the same in every culture.</param>
    /// <exception cref="FormatException"><paramref name="format"/> is something else.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        PlainFormat.ThrowIfOther(format, nameof(MachineId));
        return ToString();
    }

    /// <summary>Writes the 32 digits; false, and nothing written, when <paramref name="destination"/> is shorter.</summary>
    /// <exception cref="FormatException"><paramref name="format"/> is neither empty nor "G".</exception>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        PlainFormat.ThrowIfOther(format, nameof(MachineId));
        Span<byte> bytes = stackalloc byte[Length];
        WriteBytes(bytes);
        return Convert.TryToHexStringLower(bytes, destination, out charsWritten);
    }

    /// <summary>Writes the 32 digits as UTF-8; false, and nothing written, when <paramref name="utf8Destination"/> is shorter.</summary>
    /// <exception cref="FormatException"><paramref name="format"/> is neither empty nor "G".</exception>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        PlainFormat.ThrowIfOther(format, nameof(MachineId));
        Span<byte> bytes = stackalloc byte[Length];
        WriteBytes(bytes);
        return Convert.TryToHexStringLower(bytes, utf8Destination, out bytesWritten);
    }

    /// <summary>Reads 32 hexadecimal digits in either case, and nothing around them. Zero, "no machine", is read too.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="s"/> is <see langword="null"/>.</exception>
    /// <exception cref="FormatException"><paramref name="s"/> is not a machine id; the message says why.</exception>
    public static MachineId Parse(string s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), null);
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static MachineId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    public static MachineId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => TryParse(s, provider, out var id) ? id : throw NotAnId(s);

    /// <inheritdoc cref="Parse(string)"/>
    public static MachineId Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) =>
        TryParse(utf8Text, provider, out var id) ? id : throw NotAnId(utf8Text);

    /// <summary>As <see cref="Parse(string)"/>, but says false where that throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out MachineId result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc cref="TryParse(string?, out MachineId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MachineId result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string?, out MachineId)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MachineId result)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var read = s.Length == TextLength && Convert.FromHexString(s, bytes, out _, out _) == OperationStatus.Done;
        result = read ? new MachineId(BinaryPrimitives.ReadUInt128BigEndian(bytes)) : default;
        return read;
    }

    /// <inheritdoc cref="TryParse(string?, out MachineId)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out MachineId result)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var read = utf8Text.Length == TextLength && Convert.FromHexString(utf8Text, bytes, out _, out _) == OperationStatus.Done;
        result = read ? new MachineId(BinaryPrimitives.ReadUInt128BigEndian(bytes)) : default;
        return read;
    }

    private static FormatException NotAnId<TChar>(ReadOnlySpan<TChar> text) where TChar : unmanaged, IBinaryInteger<TChar> => new(
        $"{Quoted.Of(text)} is not a machine id: "
        + (text.Length == TextLength ? "not every character is a hexadecimal digit. " : $"it has {text.Length} characters. ")
        + $"An id has {TextLength} hexadecimal digits; copy the whole of it.");
}
