using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>Deletes.</summary>
internal static class Deleting
{
    public static Task<CallEnd> DeleteAsync(World world, SimMachine machine, LedgerFile file)
    {
        file.IsDeleteBegun = true;
        return Call.MakeAsync(
            world,
            machine,
            $"delete {file.Name}",
            async (files, run) =>
            {
                await files.DeleteAsync(file.Id!.Value);
                if (!run.IsOver)
                {
                    world.Ledger.Deleted(file, machine);
                }
            },
            cause => cause is InsufficientReplicasException or FileUnavailableException);
    }
}
