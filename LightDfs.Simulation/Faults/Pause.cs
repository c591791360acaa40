using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Faults;

/// <summary>Waits that the end of the storm cuts short.</summary>
internal static class Pause
{
    public static async Task AtMostAsync(World world, TimeSpan time, CancellationToken end) => await world.DelayAsync(time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
