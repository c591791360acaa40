using System.Globalization;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Testing.Storage;

namespace LightDfs.Simulation.Checks;

/// <summary>What is really on a disk, read past the machine that it belongs to.</summary>
internal static class DiskView
{
    public static ReplicaPaths Paths { get; } = new(SimMachine.Root);

    /// <summary>A copy of which every byte is right, with no tombstone beside it; <see langword="null"/> for anything less.</summary>
    public static IntactCopy? CopyOf(SimulatedDisk disk, FileId id)
    {
        var path = Paths.ReplicaOf(id);
        if (PackedView.Newest(disk, id) is { IsReplica: true } packed)
        {
            return packed.IsWhole && disk.Peek(Paths.TombstoneOf(id)) is null && FileRecord.TryDecode(packed.Record, out var record)
                ? new IntactCopy(record, packed.Entry.Version, packed.Content, packed.IsDurableOn(disk))
                : null;
        }
        if (HasTombstone(disk, id) || disk.Peek(path) is not { } bytes || Trailer(bytes, id) is not { } trailer)
        {
            return null;
        }
        var content = bytes.AsMemory(0, (int)trailer.Record.ReplicaLength);
        return XxHash128.HashToUInt128(content.Span) == trailer.Record.ReplicaChecksum ? new IntactCopy(trailer.Record, trailer.Version, content, disk.IsDurable(path)) : null;
    }

    /// <summary>Whatever replicas and tombstones are of, in order.</summary>
    public static IReadOnlyList<FileId> IdsOn(SimulatedDisk disk)
    {
        var ids = new SortedSet<FileId>();
        for (var fanOut = 0; fanOut < 256; fanOut++)
        {
            var directory = fanOut.ToString("x2", CultureInfo.InvariantCulture);
            foreach (var name in disk.PeekNames(Path.Combine(Paths.Replicas, directory)))
            {
                if (ReplicaPaths.TryParse(directory, name, ReplicaPaths.ReplicaSuffix, out var id) || ReplicaPaths.TryParse(directory, name, ReplicaPaths.TombstoneSuffix, out id))
                {
                    ids.Add(id);
                }
            }
        }
        ids.UnionWith(PackedView.NewestOn(disk).Where(newest => newest.IsReplica || newest.IsTombstone).Select(newest => newest.Entry.Id));
        return [.. ids];
    }

    public static bool HasTombstone(SimulatedDisk disk, FileId id) => disk.Peek(Paths.TombstoneOf(id)) is not null || PackedView.Newest(disk, id) is { IsTombstone: true };

    public static bool HasDurableTombstone(SimulatedDisk disk, FileId id) =>
        (disk.Peek(Paths.TombstoneOf(id)) is not null && disk.IsDurable(Paths.TombstoneOf(id))) || (PackedView.Newest(disk, id) is { IsTombstone: true } packed && packed.IsDurableOn(disk));

    /// <summary>True when there is a replica, whatever its state, and no tombstone that its machine may count on: one whose flush failed is none.</summary>
    public static bool HasAnyReplica(SimulatedDisk disk, FileId id) => !HasDurableTombstone(disk, id) && (disk.Peek(Paths.ReplicaOf(id)) is not null || PackedView.Newest(disk, id) is { IsReplica: true });

    /// <summary>Where the bytes of a replica are; <see langword="null"/> when there are none.</summary>
    public static (string Path, long Start, long Length)? BytesOf(SimulatedDisk disk, FileId id) =>
        PackedView.Newest(disk, id) is { IsReplica: true } packed ? (packed.Path, packed.Offset, packed.Entry.Length)
        : disk.Peek(Paths.ReplicaOf(id)) is { } bytes ? (Paths.ReplicaOf(id), 0, bytes.Length)
        : null;

    /// <summary>True when a replica of this id is set aside.</summary>
    public static bool HasAside(SimulatedDisk disk, FileId id) => disk.PeekNames(Paths.Aside).Any(name => name.StartsWith(id.Value.ToString("x32", CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>The ids that a file is kept under: its own, and those of its segments.</summary>
    public static IReadOnlyList<FileId> ReplicasOf(FileId id, IntactCopy copy) =>
        copy.Record.Segments is not null && SegmentList.TryRead(id, copy.Record, copy.Content.Span, out var list)
            ? [id, .. Enumerable.Range(0, list.Count).Select(number => list[number].Id)]
            : [id];

    /// <summary>The id of the replica that a path is of; false for the path of anything else.</summary>
    public static bool TryParseReplica(string path, out FileId id) => TryParse(path, ReplicaPaths.ReplicaSuffix, out id);

    public static bool TryParseTombstone(string path, out FileId id) => TryParse(path, ReplicaPaths.TombstoneSuffix, out id);

    /// <summary>The version that the bytes of a replica's file say they are; <see langword="null"/> when they cannot be read.</summary>
    public static UInt128? VersionOf(byte[] bytes, FileId id) => Trailer(bytes, id)?.Version;

    private static bool TryParse(string path, string suffix, out FileId id) =>
        ReplicaPaths.TryParse(Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path), suffix, out id) && path.StartsWith(Paths.Replicas, StringComparison.Ordinal);

    private static ReplicaTrailer? Trailer(byte[] bytes, FileId id) => ReplicaTrailer.Read(new BytesReader(bytes), id);
}

/// <summary>A copy of which every byte is right.</summary>
internal sealed record IntactCopy(FileRecord Record, UInt128 Version, ReadOnlyMemory<byte> Content, bool IsDurable);
