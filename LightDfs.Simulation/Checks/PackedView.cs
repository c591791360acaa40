using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;

namespace LightDfs.Simulation.Checks;

/// <summary>What the volumes on a disk hold, read past the machine that it belongs to: of each id the entry that counts.</summary>
internal static class PackedView
{
    public static IEnumerable<PackedEntry> NewestOn(SimulatedDisk disk) => AllOn(disk).GroupBy(entry => entry.Entry.Id).Select(entries => entries.MaxBy(entry => entry.Entry.Sequence)!);

    /// <summary>Of each volume, the newest entry of each id.</summary>
    public static IEnumerable<PackedEntry> AllOn(SimulatedDisk disk) => VolumesOn(disk).SelectMany(volume => volume.Values);

    /// <summary>The newest entry of each id in one volume; <see langword="null"/> where there is none.</summary>
    public static IReadOnlyCollection<PackedEntry>? EntriesOf(SimulatedDisk disk, string path) => IsVolume(path, out var tag) ? VolumeAt(disk, path, tag)?.Values : null;

    /// <summary>The entry of an id that counts; <see langword="null"/> when there is none.</summary>
    public static PackedEntry? Newest(SimulatedDisk disk, FileId id) => VolumesOn(disk).Select(volume => volume.GetValueOrDefault(id)).MaxBy(entry => entry?.Entry.Sequence);

    /// <summary>The entries that are about to be appended; none where the file is no volume.</summary>
    public static IEnumerable<VolumeEntry> EntriesIn(string path, ReadOnlyMemory<byte> bytes)
    {
        if (!IsVolume(path, out var tag))
        {
            yield break;
        }
        for (var at = 0; VolumeEntry.TryDecode(bytes.Span[at..], tag, out var entry, out _, out _); at += entry.Length)
        {
            yield return entry;
        }
    }

    /// <summary>Of each volume the last entry of each id, by its checkpoint where there is one: what that lists was durable, however it looks now.</summary>
    private static IEnumerable<Dictionary<FileId, PackedEntry>> VolumesOn(SimulatedDisk disk)
    {
        foreach (var name in disk.PeekNames(DiskView.Paths.Volumes))
        {
            var path = Path.Combine(DiskView.Paths.Volumes, name);
            if (IsVolume(path, out var tag) && VolumeAt(disk, path, tag) is { } volume)
            {
                yield return volume;
            }
        }
    }

    private static Dictionary<FileId, PackedEntry>? VolumeAt(SimulatedDisk disk, string path, ulong tag)
    {
        var listed = disk.Parsed(ReplicaPaths.CheckpointOf(path), bytes => VolumeCheckpoint.TryDecode(bytes, tag, out _, out var entries) ? entries : null);
        return disk.Parsed(path, bytes => new PackedVolume(path, tag, bytes))?.NewestBy(listed);
    }

    private static bool IsVolume(string path, out ulong tag) =>
        ReplicaPaths.TryParseVolume(Path.GetFileName(path), ReplicaPaths.VolumeSuffix, out _, out tag) && path.StartsWith(DiskView.Paths.Volumes, StringComparison.Ordinal);
}

/// <summary>A volume as it is now.</summary>
internal sealed class PackedVolume(string path, ulong tag, byte[] bytes)
{
    private Dictionary<FileId, PackedEntry>? _newest;
    private PlacedEntry[]? _listed;

    /// <summary>The last entry of each id, by a checkpoint, or by a scan without one.</summary>
    public Dictionary<FileId, PackedEntry> NewestBy(PlacedEntry[]? listed)
    {
        if (_newest is null || _listed != listed)
        {
            (_newest, _listed) = ([], listed);
            foreach (var placed in listed ?? VolumeScan.Of(new BytesReader(bytes), tag).Entries)
            {
                // What compaction copied keeps its sequence number, and may come after something newer.
                if (!_newest.TryGetValue(placed.Entry.Id, out var known) || known.Entry.Sequence < placed.Entry.Sequence)
                {
                    _newest[placed.Entry.Id] = new PackedEntry(path, placed.Entry, placed.Offset, tag, bytes);
                }
            }
        }
        return _newest;
    }
}

/// <summary>An entry, with the bytes of its volume.</summary>
internal sealed record PackedEntry(string Path, VolumeEntry Entry, long Offset, ulong Tag, byte[] Volume)
{
    public bool IsReplica => Entry.Kind == VolumeEntryKind.Replica;

    public bool IsTombstone => Entry.Kind == VolumeEntryKind.Tombstone;

    /// <summary>True when every checksum is right.</summary>
    public bool IsWhole => Offset + Entry.Length <= Volume.Length && EntryBytes.AreWhole(Volume.AsSpan((int)Offset, Entry.Length), Tag);

    public ReadOnlyMemory<byte> Content => Volume.AsMemory((int)Offset + VolumeEntry.HeadSize + Entry.TrailerLength, Entry.ContentLength);

    public ReadOnlySpan<byte> Record => Volume.AsSpan((int)Offset + VolumeEntry.HeadSize + Entry.TrailerLength - Entry.RecordLength, Entry.RecordLength);

    public bool IsDurableOn(SimulatedDisk disk) => disk.IsDurable(Path, Offset + Entry.Length);
}

/// <summary>Reads an array like a file.</summary>
internal sealed class BytesReader(byte[] bytes) : IDiskReader
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
