using LightDfs.Ring;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;

namespace LightDfs.Simulation.Checks;

/// <summary>
/// What must hold whenever the file of a replica goes that no tombstone covers: its machine does not own it, and as many other machines as there should be copies have it, whole and flushed. What
/// faults destroyed since they confirmed it does not count against that.
/// </summary>
internal static class DropChecks
{
    public static void Deleting(World world, SimMachine machine, MachineRun run, string path)
    {
        if (run.IsOver || !DiskView.TryParseReplica(path, out var id) || machine.Disk.Peek(path) is null || world.Machines.Any(other => DiskView.HasTombstone(other.Disk, id)))
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
