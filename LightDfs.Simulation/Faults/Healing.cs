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

    /// <summary>Long enough for the first comparisons, so that they are not made of what is being verified.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(6);

    /// <summary>By then what was under way when the faults ended has run into its time-outs.</summary>
    private static readonly TimeSpan LeastQuiet = TimeSpan.FromSeconds(7);

    /// <summary>By then everything is where it belongs, or never will be.</summary>
    private static readonly TimeSpan MostQuiet = RecentWrites.MostAge + (Reconciler.Period * 4);

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
        world.Trace.Note("all is verified");
        await world.DelayAsync(LeastQuiet);
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

    /// <summary>Until every machine says that it has nothing left to do, twice in a row; whether that is true is seen by the checks. Ids that clients wrote last are left out of comparing for a while.</summary>
    public static async Task SettleAsync(World world)
    {
        for (var (begun, quiet) = (world.Time.Elapsed, 0); quiet < 2 && world.Time.Elapsed - begun < MostQuiet;)
        {
            foreach (var machine in world.Machines)
            {
                machine.Run?.Machine.Recent.Clear();
                machine.Run?.Machine.Reconciler.Hint();
            }
            await world.DelayAsync(TimeSpan.FromSeconds(3));
            quiet = world.Machines.All(machine => machine.Run is { } run && run.Machine.Cluster.Status.Repair.IsDone) ? quiet + 1 : 0;
        }
    }

    /// <summary>
    /// A machine with an old copy of its disk has started less often than the others know, and is let in when it has caught up with that. One whose disk is gone is replaced when an operator says so,
    /// which he can when all others are up.
    /// </summary>
    private static async Task WaitUntilReadyAsync(World world)
    {
        var dice = world.Dice.Named("healing");
        await WaitAsync(world);
        for (var tries = 0; tries < MostRestarts && (world.Lost.Count > 0 || world.Machines.Any(machine => !machine.IsReady)); tries++)
        {
            foreach (var machine in world.Machines.Where(machine => !machine.IsReady && !world.Lost.ContainsKey(machine)).ToList())
            {
                machine.Crash(disk => disk.AfterKill());
                await StartAsync(world, machine);
            }
            await Commands.ReplaceLostAsync(world, dice);
            await WaitAsync(world);
        }
    }

    private static async Task WaitAsync(World world)
    {
        for (var second = 0; second < 15 && world.Machines.Any(machine => !machine.IsReady); second++)
        {
            await world.DelayAsync(TimeSpan.FromSeconds(1));
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
