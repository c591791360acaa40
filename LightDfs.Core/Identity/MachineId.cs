using System.Globalization;

namespace LightDfs;

/// <summary>Identity of one machine, 128 random bits. Outlives restarts and address changes; zero stands for "no machine".</summary>
public readonly record struct MachineId(UInt128 Value) : IComparable<MachineId>
{
    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

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
