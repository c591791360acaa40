using System.Globalization;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>What goes wrong with machines as a whole.</summary>
internal static class MachineFaults
{
    private const int MostMachines = 9;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    /// <summary>A process that is stopped for a while, and does not know it.</summary>
    public static async Task FreezeAsync(World world, Dice dice, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        if (machine.Run is not null && !machine.Freezer.IsFrozen)
        {
            machine.Freezer.Freeze();
            await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
            machine.Freezer.Thaw();
        }
    }

    /// <summary>What was not flushed is lost, kept or torn.</summary>
    public static Task PowerFailureAsync(World world, Dice dice, CancellationToken end) => OffAsync(
        world,
        dice,
        (machine, seed) =>
        {
            machine.Crash(disk => disk.AfterCrash(seed));
            return Task.CompletedTask;
        },
        end);

    /// <summary>The process is killed, the system lives on.</summary>
    public static Task KillAsync(World world, Dice dice, CancellationToken end) => OffAsync(
        world,
        dice,
        (machine, _) =>
        {
            machine.Crash(disk => disk.AfterKill());
            return Task.CompletedTask;
        },
        end);

    public static Task RestartAsync(World world, Dice dice, CancellationToken end) => OffAsync(world, dice, (machine, _) => machine.StopAsync(), end);

    /// <summary>The power fails in the moment in which a machine drops a copy.</summary>
    public static async Task CrashInMidDropAsync(World world, Dice dice, CancellationToken end)
    {
        var off = new TaskCompletionSource<SimMachine>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seed = dice.Below(int.MaxValue);
        void Crash(SimMachine machine)
        {
            if (machine.TryTake())
            {
                world.Dropping = null;
                machine.Crash(disk => disk.AfterCrash(seed));
                off.SetResult(machine);
            }
        }
        world.Dropping = Crash;
        await Task.WhenAny(off.Task, Pause.AtMostAsync(world, Longest, end));
        world.Dropping -= Crash;
        if (off.Task.IsCompletedSuccessfully)
        {
            await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
            await StartAsync(world, await off.Task, end);
        }
    }

    /// <summary>Two machines lose power, and come back each at the other's address.</summary>
    public static async Task ExchangeAddressesAsync(World world, Dice dice, CancellationToken end)
    {
        var (one, other) = (dice.Of(world.Machines), dice.Of(world.Machines));
        if (one == other || !one.TryTake() || !other.TryTake())
        {
            return;
        }
        one.Crash(disk => disk.AfterCrash(dice.Below(int.MaxValue)));
        other.Crash(disk => disk.AfterCrash(dice.Below(int.MaxValue)));
        (one.Address, other.Address) = (other.Address, one.Address);
        await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
        await StartAsync(world, one, end);
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.Zero, Longest), end);
        await StartAsync(world, other, end);
    }

    public static Task StepClockAsync(World world, Dice dice, CancellationToken end)
    {
        var most = dice.Of([TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2), TimeSpan.FromHours(30)]);
        dice.Of(world.Machines).Clock.Step(dice.Between(-most, most));
        return Task.CompletedTask;
    }

    /// <summary>A machine more, which only it itself lists.</summary>
    public static async Task AddAsync(World world, Dice dice, CancellationToken end)
    {
        if (world.Machines.Count < MostMachines && world.Machines.Count(machine => machine.IsReady) > world.Machines.Count / 2 && dice.Is(0.3))
        {
            var machine = world.Add(World.AddressOf(world.Machines.Count + 1));
            machine.TryTake();
            await StartAsync(world, machine, end);
        }
    }

    /// <summary>Starts a machine that is off and taken, again and again until it starts.</summary>
    public static async Task StartAsync(World world, SimMachine machine, CancellationToken end)
    {
        while (!await machine.StartAsync())
        {
            if (end.IsCancellationRequested)
            {
                break;
            }
            await Pause.AtMostAsync(world, TimeSpan.FromSeconds(1), end);
        }
        machine.Release();
    }

    private static async Task OffAsync(World world, Dice dice, Func<SimMachine, int, Task> off, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        if (machine.Run is null || !machine.TryTake())
        {
            return;
        }
        var hasJoined = machine.IsReady;
        await off(machine, dice.Below(int.MaxValue));
        if (dice.Is(0.15) && hasJoined && world.Machines.Count(other => other != machine && other.IsWhereListed) > world.Machines.Count / 2)
        {
            // Back at an address that nobody ever heard of. Machines that have all moved at once find each other never again.
            machine.Address = string.Create(CultureInfo.InvariantCulture, $"{World.AddressOf(machine.Index + 1)}-{world.Time.Elapsed.Ticks}");
        }
        await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
        await StartAsync(world, machine, end);
    }
}
