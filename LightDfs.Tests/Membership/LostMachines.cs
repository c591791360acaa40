using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;

namespace LightDfs.Tests.Membership;

/// <summary>Clusters in a time of the test's own, in which machines are lost, and the grace time is one minute.</summary>
internal static class LostMachines
{
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    public static Task<LightDfsTestCluster> StartAsync(int machines, FakeTimeProvider time, Action<int, LightDfsOptions>? configure = null) =>
        LightDfsTestCluster.StartAsync(machines, options =>
        {
            options.Time = _ => time;
            options.ConfigureMachine = (index, machine) =>
            {
                machine.ReplaceAfter = Grace;
                configure?.Invoke(index, machine);
            };
        });

    /// <summary>Lets time pass, in which the machines that run meet every few seconds.</summary>
    public static async Task PassAsync(this LightDfsTestCluster cluster, FakeTimeProvider time, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            time.Advance(Step);
            foreach (var machine in cluster.Machines.Where(machine => machine.IsRunning))
            {
                await machine.MeetPeersAsync();
            }
        }
    }

    /// <summary>Who is out, as a machine has it.</summary>
    public static MachineId[] OutAsSeenBy(this LightDfsTestCluster cluster, int index) =>
        [.. cluster[index].Running.Membership.View.Map.Entries.Values.Where(entry => entry.Out.Value).Select(entry => entry.Id)];

    public static bool IsInRing(this LightDfsTestCluster cluster, int seenBy, MachineId machine) =>
        cluster[seenBy].Running.Membership.View.Ring.Members.ToArray().Any(member => member.Id == machine);

    /// <summary>Cuts each machine of one group off from each of the other.</summary>
    public static void Split(this LightDfsTestCluster cluster, int[] one, int[] other)
    {
        foreach (var (a, b) in one.SelectMany(a => other.Select(b => (a, b))))
        {
            cluster.Cut(a, b);
        }
    }

    public static void Heal(this LightDfsTestCluster cluster, int[] one, int[] other)
    {
        foreach (var (a, b) in one.SelectMany(a => other.Select(b => (a, b))))
        {
            cluster.Mend(a, b);
        }
    }
}
