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
            BesideTombstone(world, machine, replica);
        }
        if (ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.TombstoneSuffix, out var dead) && dead.Kind == FileKind.Segment)
        {
            SegmentDied(world, machine, dead);
        }
    }

    /// <summary>The same of entries that are about to be appended to a volume.</summary>
    public static void Appending(World world, SimMachine machine, IReadOnlyCollection<VolumeEntry> batch)
    {
        foreach (var entry in batch)
        {
            var isDead = DiskView.HasTombstone(machine.Disk, entry.Id);
            if (entry.Kind == VolumeEntryKind.Replica && isDead)
            {
                BesideTombstone(world, machine, entry.Id);
            }
            if (entry.Kind == VolumeEntryKind.Tombstone && entry.Id.Kind == FileKind.Segment && !isDead
                && !batch.Any(other => other.Kind == VolumeEntryKind.Tombstone && other.Id == world.Ledger.ParentOf(entry.Id)))
            {
                SegmentDied(world, machine, entry.Id);
            }
        }
    }

    private static void BesideTombstone(World world, SimMachine machine, FileId replica) => world.Violate($"{machine} put a replica of {replica} beside the tombstone it has of it");

    /// <summary>
    /// A segment of a file under a caller's id is never withdrawn: its tombstone comes from a delete of the file or from collecting, and both write the file's own tombstone first. That may be
    /// forgotten already where a slower machine still sends the segment's to those that lack it.
    /// </summary>
    private static void SegmentDied(World world, SimMachine machine, FileId segment)
    {
        if (world.Ledger.ParentOf(segment) is { } parent && !world.Ledger.IsForgotten(parent) && !world.Machines.Any(other => DiskView.HasTombstone(other.Disk, parent)))
        {
            world.Violate($"{machine} put a tombstone of segment {segment}, and no disk has one of its file {parent}");
        }
    }
}
