using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Clients;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>Clients ask for files in the moment in which their copies are on their way to other machines, and will be dropped where they came from.</summary>
internal static class Moves
{
    public static async Task AskInMidMoveAsync(World world, Dice dice, CancellationToken end)
    {
        var asking = new List<Task>();
        void Ask(FileId id)
        {
            if (world.Ledger.Files.FirstOrDefault(file => file.Id == id && file.IsOwed) is { } file)
            {
                asking.AddRange(Enumerable.Range(0, 3).Select(_ => AskAsync(file)));
            }
        }
        async Task AskAsync(Checks.LedgerFile file)
        {
            await world.DelayAsync(dice.Skewed(TimeSpan.Zero, TimeSpan.FromSeconds(1)), CancellationToken.None);
            await Reading.FindAsync(world, dice.Of(world.Machines), file);
        }
        world.Wires.Moving += Ask;
        world.Wires.MovesTake = dice.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
        await Pause.AtMostAsync(world, dice.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25)), end);
        world.Wires.Moving -= Ask;
        world.Wires.MovesTake = TimeSpan.Zero;
        await Task.WhenAll(asking);
    }
}
