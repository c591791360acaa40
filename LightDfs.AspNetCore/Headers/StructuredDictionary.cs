using System.Globalization;
using System.Text;

namespace LightDfs.AspNetCore.Headers;

/// <summary>
/// Reads a dictionary of structured fields (RFC 9651), the syntax of the digest headers. Its members may be anything that the RFC knows; told apart are only what
/// digests need: byte sequences (<see cref="byte"/> arrays) and integers (<see cref="long"/>). Everything else that is well-formed is <see langword="null"/>.
/// </summary>
internal ref struct StructuredDictionary
{
    private ReadOnlySpan<char> _rest;

    private StructuredDictionary(ReadOnlySpan<char> text) => _rest = text;

    /// <summary>Of two members with one key the later one counts.</summary>
    /// <exception cref="FormatException">It is not well-formed; by the RFC the whole field is then void.</exception>
    public static Dictionary<string, object?> Parse(ReadOnlySpan<char> text)
    {
        var parser = new StructuredDictionary(text.Trim(' '));
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (!parser._rest.IsEmpty)
        {
            var key = parser.Key();
            members[key] = parser.MemberValue();
            parser._rest = parser._rest.TrimStart(" \t");
            if (parser._rest.IsEmpty)
            {
                break;
            }
            parser.Expect(',');
            parser._rest = parser._rest.TrimStart(" \t");
            if (parser._rest.IsEmpty)
            {
                throw new FormatException("It ends with a comma.");
            }
        }
        return members;
    }

    private object? MemberValue()
    {
        object? value = null;
        if (TryTake('='))
        {
            value = TryTake('(') ? RestOfInnerList() : BareItem();
        }
        Parameters();
        return value;
    }

    private object? RestOfInnerList()
    {
        while (true)
        {
            _rest = _rest.TrimStart(' ');
            if (TryTake(')'))
            {
                return null;
            }
            BareItem();
            Parameters();
            if (_rest.IsEmpty || _rest[0] is not (' ' or ')'))
            {
                throw Malformed();
            }
        }
    }

    private void Parameters()
    {
        while (TryTake(';'))
        {
            _rest = _rest.TrimStart(' ');
            Key();
            if (TryTake('='))
            {
                BareItem();
            }
        }
    }

    private string Key()
    {
        if (_rest.IsEmpty || !(char.IsAsciiLetterLower(_rest[0]) || _rest[0] == '*'))
        {
            throw Malformed();
        }
        return TakeWhile(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.' or '*').ToString();
    }

    private object? BareItem() => _rest.IsEmpty ? throw Malformed() : _rest[0] switch
    {
        ':' => ByteSequence(),
        '-' or (>= '0' and <= '9') => Number(),
        '"' => Text(),
        '?' => Boolean(),
        '@' => Date(),
        '%' => DisplayText(),
        '*' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') => Token(),
        _ => throw Malformed(),
    };

    private byte[] ByteSequence()
    {
        Expect(':');
        var base64 = TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=');
        Expect(':');
        // The RFC bears missing padding.
        var padded = base64.ToString().PadRight((base64.Length + 3) / 4 * 4, '=');
        return Convert.FromBase64String(padded);
    }

    private object? Number()
    {
        var isNegative = TryTake('-');
        var digits = TakeWhile(char.IsAsciiDigit);
        if (TryTake('.'))
        {
            return digits.Length is >= 1 and <= 12 && TakeWhile(char.IsAsciiDigit).Length is >= 1 and <= 3 ? null : throw Malformed();
        }
        return digits.Length is >= 1 and <= 15 ? (isNegative ? -1 : 1) * long.Parse(digits, CultureInfo.InvariantCulture) : throw Malformed();
    }

    private object? Text()
    {
        Expect('"');
        while (!TryTake('"'))
        {
            if (TryTake('\\'))
            {
                if (!TryTake('"') && !TryTake('\\'))
                {
                    throw Malformed();
                }
            }
            else
            {
                TakeVisible();
            }
        }
        return null;
    }

    private object? Boolean()
    {
        Expect('?');
        return TryTake('0') || TryTake('1') ? null : throw Malformed();
    }

    private object? Date()
    {
        Expect('@');
        return !_rest.IsEmpty && (_rest[0] == '-' || char.IsAsciiDigit(_rest[0])) && Number() is long ? null : throw Malformed();
    }

    private object? DisplayText()
    {
        Expect('%');
        Expect('"');
        var bytes = new List<byte>();
        while (!TryTake('"'))
        {
            if (TryTake('%'))
            {
                if (_rest.Length < 2 || !char.IsAsciiHexDigitLower(_rest[0]) || !char.IsAsciiHexDigitLower(_rest[1]))
                {
                    throw Malformed();
                }
                bytes.Add(byte.Parse(_rest[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                _rest = _rest[2..];
            }
            else
            {
                bytes.Add((byte)TakeVisible());
            }
        }
        return System.Text.Unicode.Utf8.IsValid([.. bytes]) ? null : throw Malformed();
    }

    private object? Token()
    {
        TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~:/".Contains(c));
        return null;
    }

    private char TakeVisible()
    {
        if (_rest.IsEmpty || _rest[0] is < ' ' or > '~')
        {
            throw Malformed();
        }
        var taken = _rest[0];
        _rest = _rest[1..];
        return taken;
    }

    private ReadOnlySpan<char> TakeWhile(Func<char, bool> fits)
    {
        var length = 0;
        while (length < _rest.Length && fits(_rest[length]))
        {
            length++;
        }
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private bool TryTake(char expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
        {
            return false;
        }
        _rest = _rest[1..];
        return true;
    }

    private void Expect(char expected)
    {
        if (!TryTake(expected))
        {
            throw Malformed();
        }
    }

    private readonly FormatException Malformed() =>
        new(_rest.IsEmpty ? "It ends too early." : $"It is malformed where the last {_rest.Length} characters begin.");
}
