using LightDfs.Testing.Clusters;
using LightDfs.Testing.Time;

namespace LightDfs.Tests.Repair;

/// <summary>Clusters whose days the test lets pass, and whose deletes are forgotten after two.</summary>
internal static class Days
{
    public static Task<LightDfsTestCluster> StartAsync(int machines, SimulatedTime time) => LightDfsTestCluster.StartAsync(machines, options =>
    {
        options.Time = _ => time;
        options.ConfigureMachine = (_, machine) => (machine.TombstoneRetention, machine.ReplaceAfter) = (TimeSpan.FromDays(2), null);
    });

    /// <summary>Days in which the machines that run reconcile every few hours.</summary>
    public static async Task PassDaysAsync(this LightDfsTestCluster cluster, SimulatedTime time, double days)
    {
        for (var hours = 0.0; hours < days * 24; hours += 6)
        {
            await time.AdvanceAsync(TimeSpan.FromHours(6));
            await cluster.ReconcileAsync();
        }
    }
}
