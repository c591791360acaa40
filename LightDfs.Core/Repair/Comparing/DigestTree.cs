using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Comparing;

/// <summary>
/// What two owners should hold alike, as a short tree of digests: all, 256 groups, 256 partitions in each. Two machines whose roots are equal have nothing to tell each other.
/// A partition of which nothing is held counts for nothing, so the tree costs as much as is held.
/// </summary>
internal sealed class DigestTree
{
    /// <summary>Groups of partitions; a group's partitions have the same top byte.</summary>
    public const int Groups = 256;

    /// <summary>Partitions in a group.</summary>
    public const int GroupSize = Partitions.Count / Groups;

    private readonly Dictionary<int, PartitionDigest> _partitions = [];
    private readonly UInt128[] _groups = new UInt128[Groups];

    /// <param name="held">The partitions that a machine holds anything of.</param>
    /// <param name="isShared">Whether both machines own a partition.</param>
    public DigestTree(IReadOnlyList<HeldPartition> held, Func<int, bool> isShared)
    {
        foreach (var (partition, digest, _, _, _) in held)
        {
            if (digest != default && isShared(partition))
            {
                _partitions.Add(partition, digest);
                _groups[GroupOf(partition)] ^= HashOf(partition, digest);
            }
        }
        Root = XxHash128.HashToUInt128(EncodedGroups);
    }

    /// <summary>Digest of everything.</summary>
    public UInt128 Root { get; }

    /// <summary>The digests of the groups, 16 bytes big-endian each.</summary>
    public byte[] EncodedGroups
    {
        get
        {
            var bytes = new byte[Groups * 16];
            for (var group = 0; group < Groups; group++)
            {
                BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(group * 16), _groups[group]);
            }
            return bytes;
        }
    }

    public static int GroupOf(int partition) => partition / GroupSize;

    public UInt128 OfGroup(int group) => _groups[group];

    /// <summary>The digest of a partition; the default where nothing is held, or it is not shared.</summary>
    public PartitionDigest OfPartition(int partition) => _partitions.GetValueOrDefault(partition);

    private static UInt128 HashOf(int partition, PartitionDigest digest)
    {
        Span<byte> bytes = stackalloc byte[2 + 16 + 16];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)partition);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[2..], digest.Present);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[18..], digest.Deleted);
        return XxHash128.HashToUInt128(bytes);
    }
}
