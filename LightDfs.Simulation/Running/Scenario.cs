using System.Globalization;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Clients;
using LightDfs.Simulation.Faults;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Running;

/// <summary>One run: machines start, clients and faults go on for a while, everything heals, and what was promised is looked at.</summary>
internal sealed class Scenario(World world)
{
    private readonly Dice _dice = world.Dice.Named("scenario");

    public async Task RunAsync()
    {
        using var end = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var starts = Task.WhenAll(world.Machines.ToList().Select(machine => StartAsync(machine, _dice.Skewed(TimeSpan.Zero, TimeSpan.FromSeconds(world.Shape.IsLong ? 8 : 3)), end.Token)));
        if (_dice.Is(0.7))
        {
            await starts;
            await world.DelayAsync(TimeSpan.FromSeconds(2));
        }
        var clients = Enumerable.Range(1, world.Shape.Clients)
            .Select(number => new Client(world, number, _dice.Named(string.Create(CultureInfo.InvariantCulture, $"client {number}"))).RunAsync(end.Token)).ToList();
        var watch = world.Watch.RunAsync(over.Token);
        var storm = new Storm(world, _dice.Named("storm")).RunAsync(end.Token);
        var length = world.Shape.Length;
        for (var begun = world.Time.Elapsed; world.Time.Elapsed - begun < length && world.Violations.Count == 0;)
        {
            await world.DelayAsync(TimeSpan.FromSeconds(1));
        }
        await end.CancelAsync();
        await starts;
        await storm;
        if (world.Violations.Count == 0)
        {
            await Healing.RunAsync(world);
            await Task.WhenAll(clients);
            await FinalChecks.RunAsync(world);
        }
        await over.CancelAsync();
        await watch;
        foreach (var machine in world.Machines)
        {
            await machine.StopAsync();
        }
    }

    private async Task StartAsync(SimMachine machine, TimeSpan after, CancellationToken end)
    {
        machine.TryTake();
        await world.DelayAsync(after, CancellationToken.None);
        await MachineFaults.StartAsync(world, machine, end);
    }
}
