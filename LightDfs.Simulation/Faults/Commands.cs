using LightDfs.Peers;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;

namespace LightDfs.Simulation.Faults;

/// <summary>What an operator tells the cluster to do, at whatever moment.</summary>
internal static class Commands
{
    /// <summary>With fewer, the write quorum would be one.</summary>
    private const int LeastMachines = 3;

    /// <summary>Drains a machine, and after a while takes it back, removes it, or leaves it so.</summary>
    public static async Task DrainAsync(World world, Dice dice, CancellationToken end)
    {
        if (TakeOne(world, dice) is not { } id)
        {
            return;
        }
        await GiveAsync(world, dice, MembershipChange.Drain(id));
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15)), end);
        await (dice.Below(10) switch
        {
            < 5 => TakeBackAsync(world, dice, id),
            < 8 => RemoveAsync(world, dice, id),
            _ => Task.CompletedTask,
        });
    }

    /// <summary>Two operators at two machines, who do not know of each other.</summary>
    public static async Task TwoAtOnceAsync(World world, Dice dice, CancellationToken end)
    {
        if (TakeOne(world, dice) is not { } id)
        {
            return;
        }
        if (dice.Is(0.6))
        {
            await GiveAsync(world, dice, MembershipChange.Drain(id));
            await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)), end);
            await Task.WhenAll(GiveAsync(world, dice, MembershipChange.CancelDrain(id)), RemoveAsync(world, dice, id));
        }
        else
        {
            await Task.WhenAll(GiveAsync(world, dice, MembershipChange.Drain(id)), RemoveAsync(world, dice, id));
        }
    }

    /// <summary>Takes back a machine that was drained or removed.</summary>
    public static async Task TakeBackAsync(World world, Dice dice, CancellationToken end)
    {
        if (world.Leaving.Count > 0)
        {
            await TakeBackAsync(world, dice, dice.Of(world.Leaving));
        }
    }

    public static async Task AwayAsync(World world, Dice dice, CancellationToken end)
    {
        if (dice.Of(world.Machines).Id is not { } id)
        {
            return;
        }
        await GiveAsync(world, dice, MembershipChange.Away(id, dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60))));
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20)), end);
        if (dice.Is(0.6))
        {
            await GiveAsync(world, dice, MembershipChange.Back(id));
        }
    }

    /// <summary>The ring changes, and changes back, while confirmations take their time: in the middle of dropping.</summary>
    public static async Task ChangeInMidDropAsync(World world, Dice dice, CancellationToken end)
    {
        world.Wires.ConfirmationsTake = dice.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4));
        for (var changes = dice.Between(1, 3); changes > 0 && !end.IsCancellationRequested; changes--)
        {
            if (TakeOne(world, dice) is { } id)
            {
                var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                // Each owner is asked once for what it lacks, and once more when it should have it.
                var left = dice.Between(1, 2 * world.Replicas);
                void Count(MachineId asker)
                {
                    if (asker == id && --left == 0)
                    {
                        middle.TrySetResult();
                    }
                }
                world.Wires.Confirmed += Count;
                await GiveAsync(world, dice, MembershipChange.Drain(id));
                await Task.WhenAny(middle.Task, Pause.AtMostAsync(world, TimeSpan.FromSeconds(12), end));
                world.Wires.Confirmed -= Count;
                await TakeBackAsync(world, dice, id);
                await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(6)), end);
            }
        }
        world.Wires.ConfirmationsTake = TimeSpan.Zero;
    }

    /// <summary>Two machines are drained, each told so itself, and neither hears of the other: each takes the other for an owner of what it is to hand over.</summary>
    public static async Task DrainApartAsync(World world, Dice dice, CancellationToken end)
    {
        if (TakeOne(world, dice) is not { } one)
        {
            return;
        }
        if (TakeOne(world, dice) is not { } other)
        {
            world.Leaving.Remove(one);
            return;
        }
        world.Wires.LostMemberships = 1;
        world.Wires.ConfirmationsTake = dice.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3));
        await Task.WhenAll(GiveItselfAsync(one), GiveItselfAsync(other));
        await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(18)), end);
        world.Wires.LostMemberships = 0;
        world.Wires.ConfirmationsTake = TimeSpan.Zero;
        if (dice.Is(0.7))
        {
            await TakeBackAsync(world, dice, one);
            await TakeBackAsync(world, dice, other);
        }

        Task GiveItselfAsync(MachineId id) => GiveAsync(world, world.Machines.FirstOrDefault(machine => machine.Id == id), MembershipChange.Drain(id));
    }

    /// <summary>The membership does not get around, though machines hear each other: for a while they have different rings.</summary>
    public static async Task SlowGossipAsync(World world, Dice dice, CancellationToken end)
    {
        world.Wires.LostMemberships = dice.Of([0.7, 0.9, 1.0]);
        await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20)), end);
        world.Wires.LostMemberships = 0;
    }

    /// <summary>A disk is gone for good, and with it the machine: the one with an empty disk at its address takes its place, when an operator says so.</summary>
    public static async Task LoseDiskAsync(World world, Dice dice, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        // Of two that are gone neither can be replaced while the other does not answer.
        if (world.Lost.Count > 0 || Staying(world).Count <= LeastMachines || machine.Id is not { } id || world.Leaving.Contains(id) || !machine.IsReady || !machine.IsWhereListed || !machine.TryTake())
        {
            return;
        }
        if (!world.Ledger.Protection.TryHit(machine, new()))
        {
            machine.Release();
            return;
        }
        world.Trace.Note($"{machine} loses its disk");
        machine.Crash(disk =>
        {
            disk.AfterKill();
            return new();
        });
        machine.Backup = null;
        machine.Id = null;
        world.Watch.Forget(machine);
        world.Lost[machine] = id;
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10)), end);
        await MachineFaults.StartAsync(world, machine, end);
        await Pause.AtMostAsync(world, TimeSpan.FromSeconds(3), end);
        await ReplaceLostAsync(world, dice);
    }

    /// <summary>Tells the cluster to replace the machines whose disks are gone.</summary>
    public static async Task ReplaceLostAsync(World world, Dice dice)
    {
        foreach (var (machine, id) in world.Lost.OrderBy(lost => lost.Key.Index).ToList())
        {
            if (await GiveAsync(world, dice, MembershipChange.Replace(id)))
            {
                world.Lost.Remove(machine);
            }
        }
    }

    private static async Task TakeBackAsync(World world, Dice dice, MachineId id)
    {
        var isBack = await GiveAsync(world, dice, MembershipChange.CancelDrain(id)) || await GiveAsync(world, dice, MembershipChange.Restore(id));
        if (isBack)
        {
            world.Leaving.Remove(id);
        }
    }

    /// <summary>Who is removed while it seems to be down takes along what it alone holds, as the plan warns: that counts as its disk being lost.</summary>
    private static Task RemoveAsync(World world, Dice dice, MachineId id) =>
        world.Machines.FirstOrDefault(machine => machine.Id == id) is { } machine && world.Ledger.Protection.TryHit(machine, new()) ? GiveAsync(world, dice, MembershipChange.Remove(id)) : Task.CompletedTask;

    private static List<SimMachine> Staying(World world) => [.. world.Machines.Where(machine => machine.Id is { } id && !world.Leaving.Contains(id) && !world.Lost.ContainsKey(machine))];

    /// <summary>One that may go, so that enough stay; it counts as gone from here on, whatever becomes of the commands.</summary>
    private static MachineId? TakeOne(World world, Dice dice)
    {
        var stay = Staying(world);
        if (stay.Count <= LeastMachines)
        {
            return null;
        }
        var chosen = dice.Of(stay).Id!.Value;
        world.Leaving.Add(chosen);
        return chosen;
    }

    /// <summary>Gives a command at a machine that runs. True when it was taken.</summary>
    private static async Task<bool> GiveAsync(World world, Dice dice, MembershipChange change)
    {
        if (dice.Is(0.7))
        {
            // What clients wrote within a minute is left alone, and a small world lasts no minute: as if it had been written before.
            foreach (var each in world.Machines)
            {
                each.Run?.Machine.Recent.Clear();
            }
        }
        var running = world.Machines.Where(machine => machine is { Run: not null, Freezer.IsFrozen: false }).ToList();
        return await GiveAsync(world, running.Count == 0 ? null : dice.Of(running), change);
    }

    private static async Task<bool> GiveAsync(World world, SimMachine? machine, MembershipChange change)
    {
        if (machine is not { Run: { } run })
        {
            return false;
        }
        world.Trace.Note($"{machine} is told: {change}");
        var call = run.Machine.Cluster.ApplyAsync(change);
        try
        {
            await call.WaitAsync(run.Over);
            world.Trace.Note($"{machine} was told: {change}");
            return true;
        }
        catch (Exception) when (run.IsOver)
        {
            world.Remains.Add(call);
            return false;
        }
        catch (Exception cause) when (cause is MembershipChangeRefusedException or StorageException or PeerUnreachableException)
        {
            world.Trace.Note($"{machine} does not take it: {cause.Message}");
            return false;
        }
        catch (Exception cause)
        {
            world.Violate($"{machine}, told to {change}, ends by what it must not end by: {cause}");
            return false;
        }
    }
}
