using LightDfs.Simulation.Machines;
using LightDfs.Simulation.Tracing;

namespace LightDfs.Simulation.Running;

/// <summary>Runs one seed.</summary>
internal static class SeedRun
{
    /// <summary>A run that has not ended by then hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <param name="seed">Which.</param>
    /// <param name="traceKept">How many lines of the trace are kept.</param>
    public static async Task<Verdict> RunAsync(ulong seed, int traceKept)
    {
        // So that everything runs on the one thread of the pool, from the first step on.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var world = new World(seed, traceKept);
        try
        {
            await RunAsync(world, new Scenario(world).RunAsync());
        }
        catch (Exception cause)
        {
            world.Violate($"the run broke off: {cause}");
        }
        return new Verdict(seed, world.Violations, world.Trace);
    }

    /// <summary>Days that pass at once are no part of the limit.</summary>
    private static async Task RunAsync(World world, Task run)
    {
        for (var days = -1; days != world.DaysPassed;)
        {
            days = world.DaysPassed;
            try
            {
                await world.Time.RunUntilAsync(run, Limit);
                return;
            }
            catch (TimeoutException) when (days != world.DaysPassed)
            {
                // The limit has to be counted anew.
            }
        }
    }
}

/// <summary>How a seed ended.</summary>
internal sealed record Verdict(ulong Seed, IReadOnlyList<string> Violations, Trace Trace)
{
    public bool Holds => Violations.Count == 0;

    /// <summary>The verdict, and of a seed that fails the end of its trace, and what does not hold.</summary>
    public IReadOnlyList<string> Lines => Holds ? [ToString()] : [ToString(), .. Trace.Last, .. Violations.Select(violation => $"  {violation.ReplaceLineEndings(" ")}")];

    public override string ToString() => $"seed {Seed} {(Holds ? "holds" : "FAILS")} {Trace.Hash} {Trace.Count} events";

    /// <summary>True when the first line of a verdict says that the seed holds.</summary>
    public static bool IsGood(string line) => line.Split(' ') is ["seed", _, "holds", ..];
}
