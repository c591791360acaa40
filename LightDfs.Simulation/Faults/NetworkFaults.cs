using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Machines;
using LightDfs.Simulation.Network;

namespace LightDfs.Simulation.Faults;

/// <summary>What goes wrong between machines.</summary>
internal static class NetworkFaults
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    /// <summary>Delays, losses, bodies that break off or arrive altered.</summary>
    public static async Task WeatherAsync(World world, Dice dice, CancellationToken end)
    {
        world.Wires.Faults = WireFaults.DrawFrom(dice);
        await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
        world.Wires.Faults = WireFaults.None;
    }

    /// <summary>A link that refuses, in one direction or both; others still reach both ends.</summary>
    public static Task CutAsync(World world, Dice dice, CancellationToken end) => OnLinkAsync(world, dice, world.Network.Cut, world.Network.Mend, end);

    /// <summary>A link that swallows what is sent, in one direction or both.</summary>
    public static Task SilenceAsync(World world, Dice dice, CancellationToken end) => OnLinkAsync(world, dice, world.Wires.Silence, world.Wires.EndSilence, end);

    private static async Task OnLinkAsync(World world, Dice dice, Action<string, string> begin, Action<string, string> mend, CancellationToken end)
    {
        var (from, to) = Link(world, dice);
        var back = dice.Is(0.5);
        begin(from, to);
        if (back)
        {
            begin(to, from);
        }
        // Long enough that one of them would have the other replaced, if it were for it alone.
        var length = world.Shape.ReplaceAfter is { } grace && dice.Is(0.3) ? grace + dice.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)) : dice.Skewed(Shortest, Longest);
        await Pause.AtMostAsync(world, length, end);
        mend(from, to);
        mend(to, from);
    }

    /// <summary>Two sides that do not reach each other; one machine may reach both.</summary>
    public static async Task PartitionAsync(World world, Dice dice, CancellationToken end)
    {
        var addresses = world.Machines.Select(machine => machine.Address).ToList();
        var side = addresses.Where(_ => dice.Is(0.5)).ToHashSet();
        var bridge = dice.Is(0.3) ? dice.Of(addresses) : null;
        var cut = (from one in addresses from other in addresses where side.Contains(one) && !side.Contains(other) && one != bridge && other != bridge select (one, other)).ToList();
        foreach (var (one, other) in cut)
        {
            world.Network.CutBetween(one, other);
        }
        await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(40)), end);
        foreach (var (one, other) in cut)
        {
            world.Network.MendBetween(one, other);
        }
    }

    /// <summary>A machine without its network cable.</summary>
    public static async Task TakeDownAsync(World world, Dice dice, CancellationToken end)
    {
        var address = dice.Of(world.Machines).Address;
        world.Network.TakeDown(address);
        await Pause.AtMostAsync(world, dice.Skewed(Shortest, Longest), end);
        world.Network.BringUp(address);
    }

    /// <summary>At some addresses, or all, something else answers that knows nothing: a proxy with a broken route.</summary>
    public static async Task ForeignAnswersAsync(World world, Dice dice, CancellationToken end)
    {
        var likely = dice.Of([0.3, 1.0]);
        var addresses = world.Machines.Select(machine => machine.Address).Where(_ => dice.Is(likely)).ToList();
        addresses.ForEach(world.Wires.AnswerForeign);
        await Pause.AtMostAsync(world, dice.Skewed(Shortest, TimeSpan.FromSeconds(8)), end);
        addresses.ForEach(world.Wires.EndForeign);
    }

    private static (string From, string To) Link(World world, Dice dice)
    {
        var from = dice.Below(world.Machines.Count);
        var to = (from + 1 + dice.Below(world.Machines.Count - 1)) % world.Machines.Count;
        return (world.Machines[from].Address, world.Machines[to].Address);
    }
}
