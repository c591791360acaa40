using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Clients;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>What must hold when everything was healed and time has passed.</summary>
internal static class FinalChecks
{
    private const int MostTimersPerMachine = 40;

    public static async Task RunAsync(World world)
    {
        foreach (var machine in world.Machines)
        {
            if (machine.Run is not { } run || !machine.IsReady)
            {
                world.Violate($"{machine} is not ready again: {machine.Run?.Machine.Cluster.Status.NotReadyBecause}");
                return;
            }
            await ReadAllAsync(world, machine);
            await ListAsync(world, machine);
        }
        Bounds(world);
        SetAsideChecks.AtRest(world);
        await PlacementChecks.RunAsync(world);
    }

    private static async Task ReadAllAsync(World world, SimMachine machine)
    {
        var dice = new Dice(world.Seed).Named($"final {machine}");
        foreach (var file in world.Ledger.Files.Where(file => file.Id is not null).ToList())
        {
            if (await Reading.ReadAsync(world, machine, file, dice) != CallEnd.Answered && file.IsOwed)
            {
                world.Violate($"{machine} cannot read {file}, though everything was healed");
            }
        }
    }

    private static async Task ListAsync(World world, SimMachine machine)
    {
        if (await Listing.ListAsync(world, machine) != CallEnd.Answered)
        {
            // A damaged copy may be all that is left of a file whose store was never acknowledged.
            world.Trace.Note($"{machine} cannot list all");
        }
    }

    /// <summary>P5: what was taken for uploads is given back, and nothing piles up.</summary>
    private static void Bounds(World world)
    {
        foreach (var machine in world.Machines)
        {
            var budget = machine.Run!.Machine.Budget;
            var all = world.OptionsOf(machine).TransferMemory / budget.SegmentSize;
            if (budget.Available != all || budget.IsWaitedFor)
            {
                world.Violate($"{machine} has {budget.Available} of {all} transfer buffers free while nothing is transferred");
            }
        }
        var most = world.Machines.Count * world.Machines.Count * 4;
        if (world.Network.OpenConnections > most)
        {
            world.Violate($"{world.Network.OpenConnections} requests are under way at rest");
        }
        if (world.Time.TimersSet > (world.Machines.Count * MostTimersPerMachine) + most)
        {
            world.Violate($"{world.Time.TimersSet} timers are set at rest");
        }
        if (world.Remains.Exists(task => !task.IsCompleted))
        {
            world.Violate($"{world.Remains.Count(task => !task.IsCompleted)} calls to, or stops of, machines that are gone have not ended");
        }
    }
}
