using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Looks into the volumes of a data directory behind the store's back.</summary>
internal static class VolumeFiles
{
    /// <summary>All entries that volumes have, from the volumes themselves; or from their checkpoints where these are believed, as the store does: then what is damaged is listed too.</summary>
    public static IReadOnlyList<(string Path, PlacedEntry Placed, ulong Tag)> EntriesIn(IDisk disk, string root, bool believesCheckpoints = false)
    {
        var directory = new ReplicaPaths(root).Volumes;
        var found = new List<(string, PlacedEntry, ulong)>();
        foreach (var name in disk.DirectoryExists(directory) ? disk.FilesIn(directory) : [])
        {
            if (ReplicaPaths.TryParseVolume(name, ReplicaPaths.VolumeSuffix, out _, out var tag))
            {
                var path = Path.Combine(directory, name);
                var entries = (believesCheckpoints ? Listed(disk, path, tag) : null) ?? Scanned(disk, path, tag);
                found.AddRange(entries.Select(entry => (path, entry, tag)));
            }
        }
        return found;
    }

    /// <summary>The same of a simulated disk, whether it has power or not, without counting as a call.</summary>
    public static IReadOnlyList<(string Path, PlacedEntry Placed, ulong Tag)> EntriesOn(SimulatedDisk disk, string root)
    {
        var copy = disk.Copy();
        return EntriesIn(copy, root);
    }

    /// <summary>Where the content of a replica lies.</summary>
    public static (string Path, long Offset) ContentOf(IDisk disk, string root, FileId id)
    {
        var (path, placed, _) = EntriesIn(disk, root).Where(entry => entry.Placed.Entry.Id == id).MaxBy(entry => entry.Placed.Entry.Sequence);
        return (path, placed.Offset + VolumeEntry.HeadSize + placed.Entry.TrailerLength);
    }

    private static IReadOnlyList<PlacedEntry> Scanned(IDisk disk, string path, ulong tag)
    {
        using var file = disk.OpenRead(path);
        return VolumeScan.Of(file!, tag).Entries;
    }

    private static PlacedEntry[]? Listed(IDisk disk, string path, ulong tag)
    {
        using var file = disk.OpenRead(ReplicaPaths.CheckpointOf(path));
        var bytes = new byte[file?.Length ?? 0];
        file?.Read(0, bytes);
        return VolumeCheckpoint.TryDecode(bytes, tag, out _, out var entries) ? entries : null;
    }
}
