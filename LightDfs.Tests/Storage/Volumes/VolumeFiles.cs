using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Looks into the volumes of a data directory behind the store's back.</summary>
internal static class VolumeFiles
{
    /// <summary>All entries that volumes have, from the volumes themselves; checkpoints are not asked.</summary>
    public static IReadOnlyList<(string Path, PlacedEntry Placed, ulong Tag)> EntriesIn(IDisk disk, string root)
    {
        var directory = new ReplicaPaths(root).Volumes;
        var found = new List<(string, PlacedEntry, ulong)>();
        foreach (var name in disk.DirectoryExists(directory) ? disk.FilesIn(directory) : [])
        {
            if (ReplicaPaths.TryParseVolume(name, ReplicaPaths.VolumeSuffix, out _, out var tag))
            {
                var path = Path.Combine(directory, name);
                using var file = disk.OpenRead(path);
                found.AddRange(VolumeScan.Of(file!, tag).Entries.Select(entry => (path, entry, tag)));
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
}
