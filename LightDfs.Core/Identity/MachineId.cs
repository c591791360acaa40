using System.Buffers.Binary;
using System.Text.Json.Serialization;
using LightDfs.Chance;

namespace LightDfs;

/// <summary>Identity of one machine, 128 random bits. Outlives restarts and address changes; zero stands for "no machine".</summary>
/// <param name="Value">The 128 bits. Their big-endian bytes are the form on wire and disk.</param>
[JsonConverter(typeof(MachineIdJsonConverter))]
public readonly partial record struct MachineId(UInt128 Value)
    : IComparable<MachineId>, ISpanParsable<MachineId>, IUtf8SpanParsable<MachineId>, ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>Bytes on wire and disk, big-endian.</summary>
    internal const int Length = 16;

    internal bool IsNone => Value == UInt128.Zero;

    /// <summary>A new id, never zero.</summary>
    internal static MachineId Draw(RandomSource random)
    {
        var id = default(MachineId);
        while (id.IsNone)
        {
            id = new MachineId(random.NextUInt128());
        }
        return id;
    }

    internal void WriteBytes(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>Reads the first 16 bytes; false when there are fewer. Zero is read like any other: the caller knows whether it may stand there.</summary>
    internal static bool TryReadBytes(ReadOnlySpan<byte> source, out MachineId id)
    {
        var enough = BinaryPrimitives.TryReadUInt128BigEndian(source, out var value);
        id = new MachineId(value);
        return enough;
    }

    /// <inheritdoc/>
    public int CompareTo(MachineId other) => Value.CompareTo(other.Value);

    /// <summary>True when <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(MachineId left, MachineId right) => left.Value < right.Value;

    /// <summary>True when <paramref name="left"/> comes before or equals <paramref name="right"/>.</summary>
    public static bool operator <=(MachineId left, MachineId right) => left.Value <= right.Value;

    /// <summary>True when <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(MachineId left, MachineId right) => left.Value > right.Value;

    /// <summary>True when <paramref name="left"/> comes after or equals <paramref name="right"/>.</summary>
    public static bool operator >=(MachineId left, MachineId right) => left.Value >= right.Value;
}
