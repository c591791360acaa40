using LightDfs.Simulation.Machines;
using LightDfs.Simulation.Plants;
using LightDfs.Simulation.Tracing;

namespace LightDfs.Simulation.Running;

/// <summary>Runs one seed.</summary>
internal static class SeedRun
{
    /// <summary>A run that has not ended by then hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <param name="seed">Which.</param>
    /// <param name="plant">The deliberate bug in it.</param>
    /// <param name="traceKept">How many lines of the trace are kept.</param>
    public static async Task<Verdict> RunAsync(ulong seed, Plant plant, int traceKept)
    {
        // So that everything runs on the one thread of the pool, from the first step on.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var world = new World(seed, plant, traceKept);
        try
        {
            await world.Time.RunUntilAsync(new Scenario(world).RunAsync(), Limit);
        }
        catch (Exception cause)
        {
            world.Violate($"the run broke off: {cause}");
        }
        return new Verdict(seed, world.Violations, world.Trace);
    }
}

/// <summary>How a seed ended.</summary>
internal sealed record Verdict(ulong Seed, IReadOnlyList<string> Violations, Trace Trace)
{
    public bool Holds => Violations.Count == 0;

    public override string ToString() => $"seed {Seed} {(Holds ? "holds" : "FAILS")} {Trace.Hash} {Trace.Count} events";
}
