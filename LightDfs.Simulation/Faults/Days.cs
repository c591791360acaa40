using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>Days pass, in which deletes are forgotten: by no means while a machine is away that may bring back what was deleted.</summary>
internal static class Days
{
    public static async Task PassAsync(World world, Dice dice, CancellationToken end)
    {
        var away = dice.Is(0.7) ? dice.Of(world.Machines) : null;
        if (away is { Run: not null } && away.TryTake())
        {
            away.Crash(disk => disk.AfterCrash(dice.Below(int.MaxValue)));
        }
        else
        {
            away = null;
        }
        await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(12)), end);
        for (var days = dice.Between(2, 4); days > 0; days--)
        {
            world.LetDayPass();
            // All machines look for what can be forgotten, and compare what they hold.
            await world.DelayAsync(dice.Between(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(12)), CancellationToken.None);
        }
        if (away is not null)
        {
            await MachineFaults.StartAsync(world, away, end);
        }
    }
}
