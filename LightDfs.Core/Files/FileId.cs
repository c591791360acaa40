using LightDfs.Chance;

namespace LightDfs;

/// <summary>Identity of one file for ever: 128 bits in the form of a UUID version 8 (RFC 9562), sortable by time.</summary>
public readonly partial record struct FileId : IComparable<FileId>
{
    internal FileId(UInt128 value) => Value = value;

    /// <summary>The 128 bits. Its big-endian bytes are the form on wire and disk.</summary>
    internal UInt128 Value { get; }

    /// <summary>When the id was drawn, by the clock of the machine that drew it.</summary>
    public DateTimeOffset Created => DateTimeOffset.FromUnixTimeMilliseconds((long)(Value >> 80));

    /// <inheritdoc/>
    public int CompareTo(FileId other) => Value.CompareTo(other.Value);

    /// <summary>True when <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(FileId left, FileId right) => left.Value < right.Value;

    /// <summary>True when <paramref name="left"/> comes before or equals <paramref name="right"/>.</summary>
    public static bool operator <=(FileId left, FileId right) => left.Value <= right.Value;

    /// <summary>True when <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(FileId left, FileId right) => left.Value > right.Value;

    /// <summary>True when <paramref name="left"/> comes after or equals <paramref name="right"/>.</summary>
    public static bool operator >=(FileId left, FileId right) => left.Value >= right.Value;
}
