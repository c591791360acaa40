using System.Buffers.Binary;
using LightDfs.Files;

namespace LightDfs;

public readonly partial record struct FileId
{
    /// <summary>
    /// The same 128 bits as a <see cref="Guid"/>, for database columns. Such Guids sort like the ids wherever Guids are compared by their
    /// big-endian form, as .NET, PostgreSQL and MySQL do; SQL Server's <c>uniqueidentifier</c> compares the last bytes first.
    /// </summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteBytes(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The id that <see cref="ToGuid"/> made this Guid from.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is no file id; the message says why.</exception>
    public static FileId FromGuid(Guid value)
    {
        var bits = ValueOf(value);
        var fault = FaultOf(bits);
        return fault == FileIdFault.None ? new FileId(bits) : throw new ArgumentException($"'{value}' is not a file id: {Explain(fault)}", nameof(value));
    }

    /// <summary>As <see cref="FromGuid"/>, but says false where that throws.</summary>
    public static bool TryFromGuid(Guid value, out FileId id) => TryCreate(ValueOf(value), out id);

    private static UInt128 ValueOf(Guid value)
    {
        Span<byte> bytes = stackalloc byte[Length];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
