using System.Globalization;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
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
        return [.. ids];
    }

    public static bool HasTombstone(SimulatedDisk disk, FileId id) => disk.Peek(Paths.TombstoneOf(id)) is not null;

    public static bool HasDurableTombstone(SimulatedDisk disk, FileId id) => HasTombstone(disk, id) && disk.IsDurable(Paths.TombstoneOf(id));

    /// <summary>True when there is a replica, whatever its state, and no tombstone that its machine may count on: one whose flush failed is none.</summary>
    public static bool HasAnyReplica(SimulatedDisk disk, FileId id) => !HasDurableTombstone(disk, id) && disk.Peek(Paths.ReplicaOf(id)) is not null;

    /// <summary>The ids that a file is kept under: its own, and those of its segments.</summary>
    public static IReadOnlyList<FileId> ReplicasOf(FileId id, IntactCopy copy) =>
        copy.Record.Segments is not null && SegmentList.TryRead(id, copy.Record, copy.Content.Span, out var list)
            ? [id, .. Enumerable.Range(0, list.Count).Select(number => list[number].Id)]
            : [id];

    /// <summary>The id of the replica that a path is of; false for the path of anything else.</summary>
    public static bool TryParseReplica(string path, out FileId id) =>
        ReplicaPaths.TryParse(Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path), ReplicaPaths.ReplicaSuffix, out id) && path.StartsWith(Paths.Replicas, StringComparison.Ordinal);

    /// <summary>The version that the bytes of a replica's file say they are; <see langword="null"/> when they cannot be read.</summary>
    public static UInt128? VersionOf(byte[] bytes, FileId id) => Trailer(bytes, id)?.Version;

    private static ReplicaTrailer? Trailer(byte[] bytes, FileId id) => ReplicaTrailer.Read(new Reader(bytes), id);

    private sealed class Reader(byte[] bytes) : IDiskReader
    {
        public long Length => bytes.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
            return count;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>A copy of which every byte is right.</summary>
internal sealed record IntactCopy(FileRecord Record, UInt128 Version, ReadOnlyMemory<byte> Content, bool IsDurable);
