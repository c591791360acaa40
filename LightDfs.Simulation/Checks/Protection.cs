using LightDfs.Simulation.Machines;
using LightDfs.Testing.Storage;

namespace LightDfs.Simulation.Checks;

/// <summary>Keeps faults that destroy what is on a disk from hitting as many holders of one file, or of one delete, as the write quorum has, before its copies are full again.</summary>
internal sealed class Protection(World world)
{
    private readonly Dictionary<FileId, int> _hits = [];

    /// <summary>Copies of this id that were destroyed since there were as many as there should be.</summary>
    public int HitsOf(FileId id) => _hits.GetValueOrDefault(id);

    /// <summary>Counts a fault that turns a machine's disk into another one; false, with nothing counted, when that must not be.</summary>
    public bool TryHit(SimMachine machine, SimulatedDisk after)
    {
        // Also what is not owed yet: a store of it may be under way, and count this copy.
        var lost = DiskView.IdsOn(machine.Disk).Where(id => Holds(machine.Disk, id) && !Holds(after, id)).ToList();
        var owed = Owed().ToHashSet();
        foreach (var id in lost)
        {
            if (!owed.Contains(id))
            {
                // A store of it may be under way, and acknowledged by the copies that it had.
                if (HitsOf(id) + 1 >= world.Quorum)
                {
                    return false;
                }
                continue;
            }
            var others = world.Machines.Count(other => other != machine && Holds(other.Disk, id));
            if (others + 1 >= Math.Min(world.Replicas, world.Machines.Count))
            {
                _hits.Remove(id);
            }
            if (others == 0 || HitsOf(id) + 1 >= world.Quorum)
            {
                return false;
            }
        }
        foreach (var id in lost)
        {
            _hits[id] = HitsOf(id) + 1;
        }
        return true;
    }

    private IEnumerable<FileId> Owed() => world.Ledger.Files.Where(file => file.IsAcknowledged || file.IsDeleted)
        .SelectMany(file => file.IsDeleted || file.Replicas.Count == 0 ? [file.Id!.Value] : file.Replicas);

    private static bool Holds(SimulatedDisk disk, FileId id) => DiskView.HasTombstone(disk, id) || DiskView.CopyOf(disk, id) is { IsDurable: true };
}
