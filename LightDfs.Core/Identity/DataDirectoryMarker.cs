using System.Buffers.Binary;
using LightDfs.Storage;

namespace LightDfs.Identity;

/// <summary>
/// A document in the replica store that says whose data directory this is, so that an id and a directory that do not belong together are noticed.
/// It is written unsettled before the id is kept, and settled after: only then is an id without marker, or a marker without id, a sign of loss.
/// </summary>
/// <param name="Machine">Whose directory it is; <see langword="null"/> while the machine has no id.</param>
/// <param name="Cluster">The cluster the machine belongs to; <see langword="null"/> while it is unknown.</param>
/// <param name="IsSettled">True once <see cref="Machine"/> is known to be kept.</param>
internal sealed record DataDirectoryMarker(MachineId? Machine, UInt128? Cluster, bool IsSettled)
{
    public const string DocumentName = "marker";
    private const byte Format = 1;
    private const int Length = 2 + 16 + 1 + 16;

    /// <summary>Encoding: format (1 byte), settled (1), machine id (16, zero for none), cluster known (1), cluster id (16); big-endian.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Length];
        bytes[0] = Format;
        bytes[1] = IsSettled ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(2), Machine?.Value ?? 0);
        bytes[18] = Cluster is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(19), Cluster ?? 0);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; <see langword="null"/> for anything else, whatever the bytes are.</summary>
    public static DataDirectoryMarker? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length || bytes[0] != Format || bytes[1] > 1 || bytes[18] > 1)
        {
            return null;
        }
        var machine = BinaryPrimitives.ReadUInt128BigEndian(bytes[2..]);
        var cluster = BinaryPrimitives.ReadUInt128BigEndian(bytes[19..]);
        if ((bytes[1] == 1 && machine == 0) || (bytes[18] == 0 && cluster != 0))
        {
            return null;
        }
        return new DataDirectoryMarker(machine == 0 ? null : new MachineId(machine), bytes[18] == 1 ? cluster : null, bytes[1] == 1);
    }

    /// <exception cref="InvalidDataException">The document is damaged.</exception>
    public static async ValueTask<DataDirectoryMarker?> LoadAsync(IReplicaStore store, CancellationToken cancellationToken)
    {
        var document = await store.LoadDocumentAsync(DocumentName, cancellationToken).ConfigureAwait(false);
        return document is not { } bytes
            ? null
            : Decode(bytes.Span) ?? throw new InvalidDataException($"The document '{DocumentName}' of the data directory is none that this version writes.");
    }

    public ValueTask SaveAsync(IReplicaStore store, CancellationToken cancellationToken) => store.SaveDocumentAsync(DocumentName, Encode(), cancellationToken);
}
