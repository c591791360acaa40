using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>A part of a machine's tombstones, in id order, as peers tell it.</summary>
/// <param name="Tombstones">Whose, and when they were deleted.</param>
/// <param name="Next">Ask on after this id; <see langword="null"/> at the end.</param>
internal sealed record TombstonePage(IReadOnlyList<(FileId Id, DateTimeOffset DeletedAt)> Tombstones, FileId? Next)
{
    private const int MostTombstones = 8192;
    private const int Batch = 1024;

    /// <summary>So many replicas without a tombstone among them end a page too, lest the asker believe that nobody answers.</summary>
    private const int MostSeen = 64 * Batch;

    /// <summary>The next page of what a store has of some partitions.</summary>
    public static TombstonePage Of(IReplicaStore store, PartitionSet partitions, FileId? after)
    {
        var found = new List<(FileId, DateTimeOffset)>();
        for (var seen = 0; seen < MostSeen && found.Count < MostTombstones; seen += Batch)
        {
            var stamps = store.List(after, Batch);
            if (stamps.Count == 0)
            {
                return new(found, null);
            }
            found.AddRange(stamps.Where(stamp => stamp.State == ReplicaState.Deleted && partitions.Contains(Ring.Partitions.Of(stamp.Id))).Select(stamp => (stamp.Id, stamp.DeletedAt)));
            after = stamps[^1].Id;
        }
        return new(found, after);
    }

    public ReadOnlyMemory<byte> Encode()
    {
        var to = new WireWriter();
        WriteAfter(to, Next).Int32(Tombstones.Count);
        foreach (var (id, deletedAt) in Tombstones)
        {
            to.File(id).Time(deletedAt);
        }
        return to.Written;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out TombstonePage page)
    {
        var from = new WireReader(message);
        var next = ReadAfter(ref from);
        var tombstones = new (FileId, DateTimeOffset)[from.Count(16 + 8)];
        for (var at = 0; at < tombstones.Length; at++)
        {
            tombstones[at] = (from.File(), from.Time());
        }
        page = new(tombstones, next);
        return from.IsComplete;
    }

    /// <summary>The question for a page; the partitions are its body.</summary>
    public static ReadOnlyMemory<byte> Question(FileId? after) => WriteAfter(new WireWriter(), after).Written;

    public static bool TryReadQuestion(ReadOnlySpan<byte> payload, out FileId? after)
    {
        var from = new WireReader(payload);
        after = ReadAfter(ref from);
        return from.IsComplete;
    }

    private static WireWriter WriteAfter(WireWriter to, FileId? after) => to.UInt128(after?.Value ?? 0);

    private static FileId? ReadAfter(ref WireReader from) => from.UInt128() is var value && value == 0 ? null : new FileId(value);
}
