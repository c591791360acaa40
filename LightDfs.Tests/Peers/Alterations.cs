using System.Reflection;
using LightDfs.Peers;

namespace LightDfs.Tests.Peers;

/// <summary>Every way in which a record can differ in one field, fields of its fields included. By reflection, so that a new field is never forgotten.</summary>
internal static class Alterations
{
    /// <summary>Copies of a record, each with one field changed, by the path of that field.</summary>
    public static IEnumerable<(string Field, T Altered)> Of<T>(T record)
        where T : class => Changed(record, "").Select(change => (change.Field, (T)change.Altered));

    private static IEnumerable<(string Field, object Altered)> Changed(object record, string path)
    {
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var value = property.GetValue(record)!;
            foreach (var (field, other) in IsRecord(value) ? Changed(value, $"{path}{property.Name}.") : [(path + property.Name, Other(value))])
            {
                var copy = Clone(record);
                property.SetValue(copy, other);
                yield return (field, copy);
            }
        }
    }

    private static object Other(object value) => value switch
    {
        bool flag => !flag,
        int number => number + 1,
        long number => number + 1,
        ulong number => number + 1,
        UInt128 number => number + 1,
        string text => text + "x",
        MachineId machine => new MachineId(machine.Value + 1),
        DateTimeOffset time => time.AddMilliseconds(1),
        ReadOnlyMemory<byte> bytes => Other(bytes),
        System.Collections.Immutable.ImmutableArray<DownMachine> down => down.RemoveAt(0),
        Enum => Enum.ToObject(value.GetType(), Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) + 1),
        _ => throw new NotSupportedException($"Say here what another {value.GetType().Name} is, so that fields of this type can be altered."),
    };

    /// <summary>A bit flipped; of nothing, something.</summary>
    private static ReadOnlyMemory<byte> Other(ReadOnlyMemory<byte> bytes)
    {
        var other = bytes.Length == 0 ? new byte[32] : bytes.ToArray();
        other[^1] ^= 1;
        return other;
    }

    private static bool IsRecord(object value) => value.GetType() is { IsClass: true } type && CloneOf(type) is not null;

    private static object Clone(object record) => CloneOf(record.GetType())!.Invoke(record, null)!;

    private static MethodInfo? CloneOf(Type type) => type.GetMethod("<Clone>$");
}
