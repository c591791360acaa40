using LightDfs.Ring;
using LightDfs.Simulation.Machines;
using LightDfs.Storage.Volumes;

namespace LightDfs.Simulation.Checks;

/// <summary>
/// What must hold whenever the file of a replica goes that no tombstone covers: its machine does not own it, and as many other machines as there should be copies have it, whole and flushed. What
/// faults destroyed since they confirmed it does not count against that. Tombstones that go are noted here too.
/// </summary>
internal static class DropChecks
{
    public static void Deleting(World world, SimMachine machine, MachineRun run, string path)
    {
        if (machine.Disk.Peek(path) is null)
        {
            return;
        }
        if (DiskView.TryParseReplica(path, out var id))
        {
            Dropping(world, machine, run, id);
        }
        else if (DiskView.TryParseTombstone(path, out var deleted))
        {
            world.Ledger.NoteForgotten(deleted);
        }
    }

    /// <summary>The same of packed replicas: a removal is about to be appended. One that is copied removes nothing, and what is set aside is not dropped.</summary>
    public static void Appending(World world, SimMachine machine, MachineRun run, IReadOnlyCollection<VolumeEntry> batch)
    {
        foreach (var removal in batch.Where(entry => entry.Kind == VolumeEntryKind.Removal))
        {
            var removed = PackedView.Newest(machine.Disk, removal.Id);
            if (removed is { IsTombstone: true })
            {
                world.Ledger.NoteForgotten(removal.Id);
            }
            else if (removed is { IsReplica: true } && !DiskView.HasAside(machine.Disk, removal.Id))
            {
                Dropping(world, machine, run, removal.Id);
            }
        }
    }

    private static void Dropping(World world, SimMachine machine, MachineRun run, FileId id)
    {
        if (run.IsOver || world.Machines.Any(other => DiskView.HasTombstone(other.Disk, id)))
        {
            return;
        }
        var view = run.Machine.Membership.View;
        if (machine.Id is { } self && view.Ring.IsOwner(Partitions.Of(id), self))
        {
            world.Violate($"{machine} drops its copy of {id}, which it owns by its own ring");
        }
        var holders = world.Machines.Where(other => other != machine && DiskView.CopyOf(other.Disk, id) is { IsDurable: true }).Select(other => other.Name).ToList();
        if (holders.Count + world.Ledger.Protection.HitsOf(id) < view.Copies)
        {
            world.Violate($"{machine} drops its copy of {id}, and of {view.Copies} others that should have it only [{string.Join(' ', holders)}] do");
        }
        world.Dropping?.Invoke(machine);
    }
}
