using System.Buffers.Binary;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Comparing;

/// <summary>How far down the tree a question goes.</summary>
internal enum ComparisonLevel : byte
{
    /// <summary>Is all of it equal? If not, what are the groups' digests?</summary>
    All = 0,

    /// <summary>What are the digests of the partitions in these groups?</summary>
    Groups = 1,

    /// <summary>What is held of these partitions?</summary>
    Partitions = 2,
}

/// <summary>How owners compare what they hold: one pair of methods for each question and answer, next to each other.</summary>
internal static class ComparisonWire
{
    /// <summary>Entries after which a listing ends with the partition that it is in: about 3 MiB.</summary>
    public const int EntriesInListing = 64 * 1024;

    /// <summary>A question, under a ring; with the asker's own root for <see cref="ComparisonLevel.All"/>.</summary>
    public static ReadOnlyMemory<byte> Question(UInt128 ring, ComparisonLevel level, UInt128 root) => new WireWriter().UInt128(ring).Byte((byte)level).UInt128(root).Written;

    public static bool TryReadQuestion(ReadOnlySpan<byte> payload, out (UInt128 Ring, ComparisonLevel Level, UInt128 Root) question)
    {
        var from = new WireReader(payload);
        question = (from.UInt128(), (ComparisonLevel)from.Byte(), from.UInt128());
        return from.IsComplete && question.Level <= ComparisonLevel.Partitions;
    }

    /// <summary>The head of every answer: when the asker's last finished round began, as the answerer remembers it.</summary>
    public static ReadOnlyMemory<byte> Answer(DateTimeOffset remembered, bool isEqual) => new WireWriter().Time(remembered).Bool(isEqual).Written;

    public static bool TryReadAnswer(ReadOnlySpan<byte> payload, out (DateTimeOffset Remembered, bool IsEqual) answer)
    {
        var from = new WireReader(payload);
        answer = (from.Time(), from.Bool());
        return from.IsComplete;
    }

    /// <summary>Numbers of groups or partitions, two bytes each.</summary>
    public static ReadOnlyMemory<byte> Numbers(IReadOnlyList<int> numbers)
    {
        var bytes = new byte[numbers.Count * 2];
        for (var at = 0; at < numbers.Count; at++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at * 2), (ushort)numbers[at]);
        }
        return bytes;
    }

    /// <summary>Reads numbers that rise, each below <paramref name="end"/>.</summary>
    public static bool TryReadNumbers(ReadOnlySpan<byte> message, int end, out int[] numbers)
    {
        numbers = new int[message.Length / 2];
        for (var at = 0; at < numbers.Length; at++)
        {
            numbers[at] = BinaryPrimitives.ReadUInt16BigEndian(message[(at * 2)..]);
            if (numbers[at] >= end || (at > 0 && numbers[at] <= numbers[at - 1]))
            {
                return false;
            }
        }
        return message.Length % 2 == 0;
    }

    public static bool TryReadGroups(ReadOnlySpan<byte> message, out UInt128[] groups)
    {
        groups = new UInt128[DigestTree.Groups];
        for (var at = 0; message.Length == DigestTree.Groups * 16 && at < groups.Length; at++)
        {
            groups[at] = BinaryPrimitives.ReadUInt128BigEndian(message[(at * 16)..]);
        }
        return message.Length == DigestTree.Groups * 16;
    }

    /// <summary>The digests of all partitions of some groups, in order.</summary>
    public static ReadOnlyMemory<byte> Partitions(DigestTree tree, IReadOnlyList<int> groups)
    {
        var to = new WireWriter();
        foreach (var partition in PartitionsOf(groups))
        {
            var digest = tree.OfPartition(partition);
            to.UInt128(digest.Present).UInt128(digest.Deleted);
        }
        return to.Written;
    }

    public static bool TryReadPartitions(ReadOnlySpan<byte> message, IReadOnlyList<int> groups, out Dictionary<int, PartitionDigest> digests)
    {
        digests = [];
        if (message.Length != groups.Count * DigestTree.GroupSize * 32)
        {
            return false;
        }
        var from = new WireReader(message);
        foreach (var partition in PartitionsOf(groups))
        {
            digests[partition] = new PartitionDigest(from.UInt128(), from.UInt128());
        }
        return from.IsComplete;
    }

    /// <summary>What is held of some partitions, as far as fits: at least of the first.</summary>
    public static ReadOnlyMemory<byte> Listing(IReadOnlyList<int> partitions, Func<int, IReadOnlyList<HeldEntry>> list)
    {
        var to = new WireWriter();
        var entries = 0;
        foreach (var partition in partitions)
        {
            var held = list(partition);
            if (entries > 0 && entries + held.Count > EntriesInListing)
            {
                break;
            }
            entries += held.Count;
            to.Int32(partition).Int32(held.Count);
            foreach (var entry in held)
            {
                entry.Write(to);
            }
        }
        return to.Written;
    }

    /// <summary>Reads a listing of the first one or more of the partitions that were asked for, in that order.</summary>
    public static bool TryReadListing(ReadOnlySpan<byte> message, IReadOnlyList<int> asked, out List<(int Partition, HeldEntry[] Held)> listing)
    {
        listing = [];
        var from = new WireReader(message);
        while (!from.IsComplete)
        {
            var partition = from.Int32();
            var held = new HeldEntry[from.Count(HeldEntry.EncodedLength)];
            for (var at = 0; at < held.Length && !from.HasFailed; at++)
            {
                held[at] = HeldEntry.Read(ref from);
                if (Ring.Partitions.Of(held[at].Stamp.Id) != partition || (at > 0 && held[at].Stamp.Id <= held[at - 1].Stamp.Id))
                {
                    from.Fail();
                }
            }
            if (from.HasFailed || listing.Count >= asked.Count || asked[listing.Count] != partition)
            {
                return false;
            }
            listing.Add((partition, held));
        }
        return listing.Count > 0;
    }

    private static IEnumerable<int> PartitionsOf(IReadOnlyList<int> groups) => groups.SelectMany(group => Enumerable.Range(group * DigestTree.GroupSize, DigestTree.GroupSize));
}
