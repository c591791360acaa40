using System.Globalization;
using LightDfs.Membership;
using LightDfs.Simulation.Chance;
using LightDfs.Storage.Volumes;

namespace LightDfs.Simulation.Machines;

/// <summary>
/// How one world is made: mostly small and short, so that many seeds can be run, and sometimes large and long. What is switched on at all is drawn here, since many things at once hide what few
/// would show.
/// </summary>
internal sealed class Shape
{
    private static readonly int[] Few = [3, 3, 3, 4, 4, 5, 5];
    private static readonly int[] Many = [3, 4, 5, 6, 7, 8, 9];

    public Shape(Dice dice)
    {
        IsLong = dice.Is(0.04);
        Machines = dice.Of(IsLong ? Many : Few);
        Replicas = dice.Of([3, 3, 3, 2, 2, 1]);
        HasZones = Replicas == 3 && dice.Is(0.25);
        // A single copy is where it is missed at once.
        HasCommands = Machines > 3 && dice.Is(Replicas == 1 ? 1 : 0.6);
        DaysPass = dice.Is(0.12);
        ReplaceAfter = dice.Is(0.35) ? dice.Between(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(20)) : null;
        Length = IsLong ? dice.Between(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(90)) : dice.Between(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(40));
        AbandonedAfter = TimeSpan.FromSeconds(IsLong ? 60 : 30);
        Clients = dice.Between(2, IsLong ? 5 : 4);
        Packing = dice.Named("packing").Of([PackingSettings.Off, new PackingSettings(20_000, 40_000), new PackingSettings(1 << 20, 100_000)]);
        Beats = BeatsOf(dice.Named("beats"), Machines);
    }

    public bool IsLong { get; }

    /// <summary>At the start.</summary>
    public int Machines { get; }

    public int Replicas { get; }

    public bool HasZones { get; }

    /// <summary>What machines pack into volumes: in a third of the worlds nothing; in the others all but segments, or everything, into volumes that are soon full.</summary>
    public PackingSettings Packing { get; }

    /// <summary>Whom machines beat to: in two thirds of the worlds everybody; in the others some at a time, from the start or as soon as there is a machine more.</summary>
    public BeatSettings Beats { get; }

    /// <summary>An operator drains, removes, replaces.</summary>
    public bool HasCommands { get; }

    /// <summary>Now and then more than a day goes by in which nothing happens.</summary>
    public bool DaysPass { get; }

    public TimeSpan? ReplaceAfter { get; }

    /// <summary>How long clients and faults go on.</summary>
    public TimeSpan Length { get; }

    public TimeSpan AbandonedAfter { get; }

    public TimeSpan TombstoneRetention => AbandonedAfter * 2;

    public int Clients { get; }

    private static BeatSettings BeatsOf(Dice dice, int machines) => !dice.Is(1 / 3.0)
        ? BeatSettings.Default
        : new() { MostForAll = dice.Of([1, 2, machines - 1, machines]), Neighbours = dice.Between(1, 2), InTurn = 1, Suspects = dice.Between(1, 2), Maps = dice.Between(1, 2) };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Machines} machines, {Replicas} replicas, {Clients} clients for {Length.TotalSeconds:0} s{(HasZones ? ", zones" : "")}{(Packing.Below > 0 ? ", packed" : "")}{(Beats.MostForAll <= Machines ? string.Create(CultureInfo.InvariantCulture, $", each beats to some of more than {Beats.MostForAll}") : "")}{(HasCommands ? ", commands" : "")}{(DaysPass ? ", days pass" : "")}{(ReplaceAfter is { } after ? $", replaced after {after.TotalSeconds:0.#} s" : "")}");
}
