using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Testing.Storage;

namespace LightDfs.Simulation.Faults;

/// <summary>What goes wrong with disks.</summary>
internal static class DiskFaults
{
    private static readonly DiskCall[] Failing =
        [DiskCall.Rename, DiskCall.Delete, DiskCall.FlushDirectory, DiskCall.FlushFile, DiskCall.FlushFile, DiskCall.CreateNew, DiskCall.OpenRead, DiskCall.Append, DiskCall.Read];

    /// <summary>The first time a backup is taken, later it is put back, while the machine is off.</summary>
    public static async Task RestoreAsync(World world, Dice dice, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        if (machine.Backup is not { } backup)
        {
            machine.Backup = machine.IsReady ? machine.Disk.Copy() : null;
            return;
        }
        if (machine.Run is null || !machine.TryTake())
        {
            return;
        }
        if (world.Ledger.Protection.TryHit(machine, backup))
        {
            world.Trace.Note($"{machine} gets its old disk back");
            machine.Backup = null;
            world.Watch.Forget(machine);
            machine.Crash(disk =>
            {
                disk.AfterKill();
                return backup.AfterKill();
            });
        }
        else
        {
            machine.Crash(disk => disk.AfterCrash(dice.Below(int.MaxValue)));
        }
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)), end);
        await MachineFaults.StartAsync(world, machine, end);
    }

    public static Task FlipAsync(World world, Dice dice, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        var replicas = DiskView.IdsOn(machine.Disk).Select(id => DiskView.BytesOf(machine.Disk, id)).OfType<(string, long, long)>().ToList();
        if (replicas.Count > 0)
        {
            var (path, start, length) = dice.Of(replicas);
            var offset = start + dice.Below((int)length);
            var after = machine.Disk.Copy();
            after.Flip(path, offset);
            if (world.Ledger.Protection.TryHit(machine, after))
            {
                world.Trace.Note($"{machine} {path} has a bit flipped at {offset}");
                machine.Disk.Flip(path, offset);
            }
        }
        return Task.CompletedTask;
    }

    public static async Task FillAsync(World world, Dice dice, CancellationToken end)
    {
        var disk = dice.Of(world.Machines).Disk;
        var capacity = disk.Capacity;
        disk.Capacity = disk.BytesUsed + dice.Below(300 * 1024);
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(25)), end);
        // Whoever filled it first empties it.
        disk.Capacity = Math.Max(disk.Capacity, capacity);
    }

    /// <summary>A call fails, or a few. Where that was a flush, somebody restarts the machine some time later.</summary>
    public static async Task FailAsync(World world, Dice dice, CancellationToken end)
    {
        var machine = dice.Of(world.Machines);
        var call = dice.Of(Failing);
        for (var times = dice.Is(0.5) ? dice.Between(2, 5) : 1; times > 0; times--)
        {
            machine.Disk.Fail(call, StorageFailure.Failing, dice.Below(12));
        }
        await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20)), end);
        if (machine.HasFailed && machine.TryTake())
        {
            machine.Crash(disk => disk.AfterCrash(dice.Below(int.MaxValue)));
            machine.Disk.Mend();
            await MachineFaults.StartAsync(world, machine, end);
        }
    }
}
