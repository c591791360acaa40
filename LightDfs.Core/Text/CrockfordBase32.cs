using System.Numerics;

namespace LightDfs.Text;

/// <summary>
/// 128 bits as 26 lower-case characters of Crockford's base32. Reading takes either case and nothing else: Crockford's aliases
/// (I and L for 1, O for 0) are refused, because they would turn a wrong character into a right one.
/// </summary>
internal static class CrockfordBase32
{
    public const int Length = 26;
    public const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const byte None = 0xFF;
    private const int HighestFirstDigit = 7; // 26 characters hold 130 bits; a number has only 128.

    private static readonly byte[] Digits = MakeDigits();

    /// <summary>Writes exactly <see cref="Length"/> characters, UTF-16 or UTF-8.</summary>
    public static void Write<TChar>(UInt128 value, Span<TChar> destination) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        for (var index = Length - 1; index >= 0; index--)
        {
            destination[index] = TChar.CreateTruncating(Alphabet[(int)(ulong)value & 31]);
            value >>= 5;
        }
    }

    /// <summary>Reads <see cref="Length"/> characters; <paramref name="wrong"/> is the index of the first one that cannot be there, or -1.</summary>
    public static bool TryRead<TChar>(ReadOnlySpan<TChar> text, out UInt128 value, out int wrong) where TChar : unmanaged, IBinaryInteger<TChar>
    {
        value = UInt128.Zero;
        wrong = -1;
        for (var index = 0; index < Length; index++)
        {
            var digit = DigitOf(uint.CreateTruncating(text[index]));
            if (digit == None || (index == 0 && digit > HighestFirstDigit))
            {
                value = UInt128.Zero;
                wrong = index;
                return false;
            }
            value = (value << 5) | digit;
        }
        return true;
    }

    private static byte DigitOf(uint character) => character < (uint)Digits.Length ? Digits[character] : None;

    private static byte[] MakeDigits()
    {
        var digits = new byte[128];
        Array.Fill(digits, None);
        for (var digit = 0; digit < Alphabet.Length; digit++)
        {
            digits[Alphabet[digit]] = (byte)digit;
            digits[char.ToUpperInvariant(Alphabet[digit])] = (byte)digit;
        }
        return digits;
    }
}
