using LightDfs.Files;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;

namespace LightDfs.Simulation.Checks;

/// <summary>What must hold whenever a name appears on a disk, or an entry in a volume.</summary>
internal static class DiskChecks
{
    public static void Published(World world, SimMachine machine, string path)
    {
        var name = Path.GetFileName(path);
        var fanOut = Path.GetFileName(Path.GetDirectoryName(path))!;
        if (ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.ReplicaSuffix, out var replica) && DiskView.HasTombstone(machine.Disk, replica))
        {
            world.Violate($"{machine} put a replica of {replica} beside the tombstone it has of it");
        }
        if (ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.TombstoneSuffix, out var dead) && dead.Kind == FileKind.Segment)
        {
            SegmentDied(world, machine, dead);
        }
    }

    /// <summary>The same of what is about to be appended to a volume.</summary>
    public static void Appending(World world, SimMachine machine, string path, ReadOnlyMemory<byte> bytes)
    {
        var batch = PackedView.EntriesIn(path, bytes).ToList();
        foreach (var entry in batch.Where(entry => !DiskView.HasTombstone(machine.Disk, entry.Id) || entry.Kind == VolumeEntryKind.Replica))
        {
            if (entry.Kind == VolumeEntryKind.Replica && DiskView.HasTombstone(machine.Disk, entry.Id))
            {
                world.Violate($"{machine} put a replica of {entry.Id} beside the tombstone it has of it");
            }
            if (entry.Kind == VolumeEntryKind.Tombstone && entry.Id.Kind == FileKind.Segment
                && !batch.Exists(other => other.Kind == VolumeEntryKind.Tombstone && other.Id == world.Ledger.ParentOf(entry.Id)))
            {
                SegmentDied(world, machine, entry.Id);
            }
        }
    }

    /// <summary>
    /// A segment of a file under a caller's id is never withdrawn: its tombstone comes from a delete of the file or from collecting, and both write the file's own tombstone first.
    /// </summary>
    private static void SegmentDied(World world, SimMachine machine, FileId segment)
    {
        if (world.Ledger.ParentOf(segment) is { } parent && !world.Machines.Any(other => DiskView.HasTombstone(other.Disk, parent)))
        {
            world.Violate($"{machine} put a tombstone of segment {segment}, and no disk has one of its file {parent}");
        }
    }
}
