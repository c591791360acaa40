using System.Text.Json.Serialization;
using LightDfs.Chance;
using LightDfs.Files;

namespace LightDfs;

/// <summary>
/// Identity of one file for ever: 128 bits in the form of a UUID version 8 (RFC 9562), sortable by time. It carries check bits, so a
/// mistyped id is refused when it is read. It is neither a path nor a secret.
/// </summary>
/// <remarks>
/// Ids sort by the time they were drawn, to the millisecond, and equally as ids, as text (ordinal) and as big-endian <see cref="Guid"/>.
/// Get one from <see cref="New"/> or from a stored file; <see langword="default"/> is no id, and no file is ever stored under it.
/// </remarks>
[JsonConverter(typeof(FileIdJsonConverter))]
public readonly partial record struct FileId : IComparable<FileId>, ISpanParsable<FileId>, IUtf8SpanParsable<FileId>, ISpanFormattable, IUtf8SpanFormattable
{
    internal FileId(UInt128 value) => Value = value;

    /// <summary>The 128 bits. Its big-endian bytes are the form on wire and disk.</summary>
    internal UInt128 Value { get; }

    /// <summary>When the id was drawn, in UTC to the millisecond, by the clock of the machine that drew it.</summary>
    public DateTimeOffset Created => DateTimeOffset.FromUnixTimeMilliseconds((long)(Value >> TimeShift));

    /// <summary>Draws a new id, unique without asking anyone. Storing under one of your own makes a retry of that store idempotent.</summary>
    /// <param name="timeProvider">The clock for <see cref="Created"/>; <see langword="null"/> takes the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock stands before 1970.</exception>
    public static FileId New(TimeProvider? timeProvider = null)
    {
#pragma warning disable RS0030 // A caller outside the cluster has no clock to inject; everything inside goes through FileIdSource.
        var clock = timeProvider ?? TimeProvider.System;
#pragma warning restore RS0030
        return Create(FileKind.File, clock.GetUtcNow(), RandomSource.Strong);
    }

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
