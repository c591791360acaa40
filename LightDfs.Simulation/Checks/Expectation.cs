using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>What was known of a file when a question about it began.</summary>
internal sealed record Expectation(bool WasAcknowledged, bool WasDeleted, bool WasMissed)
{
    public static Expectation Of(World world, LedgerFile file) => new(file.IsAcknowledged, file.IsDeleted, IsMissed(world, file));

    /// <summary>True when some machine has it, and missed its delete.</summary>
    private static bool IsMissed(World world, LedgerFile file) => file.Id is { } id && world.Machines.Any(other => DiskView.HasAnyReplica(other.Disk, id));

    /// <summary>P3: "not found" is never said of an acknowledged file.</summary>
    public void NotFound(World world, SimMachine machine, LedgerFile file)
    {
        if (WasAcknowledged && !file.IsDeleteBegun)
        {
            world.Violate($"{machine} says that {file} is not there, which was acknowledged and never deleted");
        }
    }

    /// <summary>P4: what was deleted does not return, unless a machine that missed the delete has it still.</summary>
    public void Found(World world, SimMachine machine, LedgerFile file)
    {
        if (!WasDeleted)
        {
            return;
        }
        if (world.IsHealed)
        {
            world.Violate($"{machine} gives {file}, which was deleted, after everything was healed");
        }
        else if (!WasMissed && !IsMissed(world, file))
        {
            world.Violate($"{machine} gives {file}, whose delete was acknowledged, and every machine that has it has its tombstone");
        }
    }
}
