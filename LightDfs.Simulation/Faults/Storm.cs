using System.Globalization;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>
/// Lets things go wrong: each run with some of the kinds of faults, since many kinds at once hide what few would show. Every fault undoes itself after a while, and at once when the
/// storm ends.
/// </summary>
internal sealed class Storm(World world, Dice dice)
{
    private readonly List<Task> _faults = [];
    private int _number;

    private static readonly Fault[] Kinds =
    [
        new("weather", NetworkFaults.WeatherAsync),
        new("cut", NetworkFaults.CutAsync),
        new("silence", NetworkFaults.SilenceAsync),
        new("partition", NetworkFaults.PartitionAsync),
        new("take down", NetworkFaults.TakeDownAsync),
        new("foreign answers", NetworkFaults.ForeignAnswersAsync),
        new("freeze", MachineFaults.FreezeAsync),
        new("power failure", MachineFaults.PowerFailureAsync),
        new("kill", MachineFaults.KillAsync),
        new("crash in mid-drop", MachineFaults.CrashInMidDropAsync),
        new("restart", MachineFaults.RestartAsync),
        new("exchange of addresses", MachineFaults.ExchangeAddressesAsync),
        new("clock step", MachineFaults.StepClockAsync),
        new("old disk", DiskFaults.RestoreAsync),
        new("bit flip", DiskFaults.FlipAsync),
        new("full disk", DiskFaults.FillAsync),
        new("failing disk", DiskFaults.FailAsync),
        new("new machine", MachineFaults.AddAsync),
        new("slow gossip", Commands.SlowGossipAsync),
        new("lost disk", Commands.LoseDiskAsync),
        new("questions in mid-move", Moves.AskInMidMoveAsync) { IsSure = shape => shape.Replicas == 1 },
        new("drain", Commands.DrainAsync) { Needs = shape => shape.HasCommands },
        new("two commands at once", Commands.TwoAtOnceAsync) { Needs = shape => shape.HasCommands },
        new("take back", Commands.TakeBackAsync) { Needs = shape => shape.HasCommands },
        new("away", Commands.AwayAsync) { Needs = shape => shape.HasCommands },
        new("change in mid-drop", Commands.ChangeInMidDropAsync) { Needs = shape => shape.HasCommands },
        new("drained apart", Commands.DrainApartAsync) { Needs = shape => shape.HasCommands && shape.Machines > 4 },
        new("days", Days.PassAsync) { Needs = shape => shape.DaysPass, IsSure = _ => true },
    ];

    /// <summary>Goes on until it is told to end; then everything that is broken by it is undone, but for machines that are off.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        var kinds = Kinds.Where(kind => (kind.Needs?.Invoke(world.Shape) ?? true) & (dice.Is(0.35) || (kind.IsSure?.Invoke(world.Shape) ?? false))).ToList();
        var pause = dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        world.Trace.Note($"faults: {string.Join(", ", kinds.Select(kind => kind.Name))}");
        while (kinds.Count > 0 && !end.IsCancellationRequested && world.Violations.Count == 0)
        {
            await Pause.AtMostAsync(world, dice.Skewed(TimeSpan.FromMilliseconds(50), pause * 2), end);
            if (!end.IsCancellationRequested)
            {
                var each = dice.Named(string.Create(CultureInfo.InvariantCulture, $"fault {++_number}"));
                var kind = each.Of(kinds);
                world.Trace.Note($"fault {kind.Name}");
                _faults.Add(kind.ActAsync(world, each, end));
            }
        }
        await Task.WhenAll(_faults);
    }

    private sealed record Fault(string Name, Func<World, Dice, CancellationToken, Task> ActAsync)
    {
        /// <summary>In which worlds it happens; <see langword="null"/> for all.</summary>
        public Func<Shape, bool>? Needs { get; init; }

        /// <summary>In which of those it happens for sure; <see langword="null"/> for none.</summary>
        public Func<Shape, bool>? IsSure { get; init; }
    }
}
