using LightDfs.Cluster;
using LightDfs.Repair;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>Ends all faults: what an operator does after a bad night.</summary>
internal static class Healing
{
    private const int MostRestarts = 12;

    private const long Roomy = 1L << 40;

    /// <summary>Longer than any time-out, and than what a machine takes to notice that it was away.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(World world)
    {
        world.Trace.Note("all faults end");
        world.Wires.Mend();
        world.Network.MendAll();
        foreach (var machine in world.Machines)
        {
            machine.Freezer.Thaw();
            // What its log asks for when it does not know it.
            machine.IsAddressTold = true;
            machine.Clock.Step(-machine.Clock.Ahead);
            machine.Disk.Mend();
            machine.Disk.Capacity = Roomy;
        }
        foreach (var machine in world.Machines)
        {
            // Also one that works: a call of its disk that failed may have made it take a good copy for a damaged one.
            machine.Crash(disk => disk.AfterKill());
            await StartAsync(world, machine);
        }
        await WaitUntilReadyAsync(world);
        await world.DelayAsync(Rest);
        await VerifyAllAsync(world);
        await SettleAsync(world);
        world.IsHealed = true;
    }

    /// <summary>What scrubbing does within its period: every replica is read, so that what rotted is known.</summary>
    private static async Task VerifyAllAsync(World world)
    {
        foreach (var machine in world.Machines.Where(machine => machine.Run is not null))
        {
            foreach (var id in DiskView.IdsOn(machine.Disk))
            {
                await machine.Run!.Machine.Parts.Store.VerifyAsync(id, CancellationToken.None);
            }
        }
    }

    /// <summary>Ids written last are left out of comparing, and comparing takes its turns.</summary>
    private static async Task SettleAsync(World world)
    {
        world.Trace.Note("all is verified");
        await world.DelayAsync(RecentWrites.Age + (Reconciler.Period * 3));
    }

    /// <summary>A machine with an old copy of its disk has started less often than the others know, and is let in when it has caught up with that.</summary>
    private static async Task WaitUntilReadyAsync(World world)
    {
        for (var restarts = 0; restarts < MostRestarts && world.Machines.Any(machine => !machine.IsReady); restarts++)
        {
            await world.DelayAsync(TimeSpan.FromSeconds(15));
            foreach (var machine in world.Machines.Where(machine => !machine.IsReady).ToList())
            {
                machine.Crash(disk => disk.AfterKill());
                await StartAsync(world, machine);
            }
            await world.DelayAsync(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task StartAsync(World world, SimMachine machine)
    {
        if (!await machine.StartAsync())
        {
            world.Violate($"{machine} does not start, though nothing is wrong with its disk any more");
        }
    }
}
