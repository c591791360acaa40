using LightDfs.Membership;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>Watches what each machine has as the membership: no register ever goes back, not by a crash either; and who is set out was not heard by more than half of the machines.</summary>
internal sealed class MembershipWatch(World world)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    // What a machine told of others counts for so long, and is as old as that by the time it is counted.
    private static readonly TimeSpan Stale = ControlTimeouts.Fresh + (2 * ControlTimeouts.HeartbeatEvery);

    private readonly Dictionary<SimMachine, MembershipMap> _last = [];
    private readonly Dictionary<MachineId, long> _out = [];

    /// <summary>The latest that any machine's clock has ever shown.</summary>
    public DateTimeOffset LatestClock
    {
        get => field = world.Machines.Select(machine => machine.Clock.GetUtcNow()).Append(field).Max();
    }

    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Look();
            _ = LatestClock;
            await world.DelayAsync(Every, CancellationToken.None);
        }
    }

    public void Look()
    {
        foreach (var machine in world.Machines.Where(machine => machine.Run is not null))
        {
            var view = machine.Run!.Machine.Membership.View;
            if (_last.TryGetValue(machine, out var before) && before == view.Map)
            {
                continue;
            }
            if (before is not null)
            {
                Compare(machine, before, view.Map);
            }
            _last[machine] = view.Map;
            WentOut(machine, view);
        }
    }

    /// <summary>The machine's disk is another one now.</summary>
    public void Forget(SimMachine machine) => _last.Remove(machine);

    private void Compare(SimMachine machine, MembershipMap before, MembershipMap after)
    {
        foreach (var known in before.Entries.Values)
        {
            if (!after.Entries.TryGetValue(known.Id, out var entry))
            {
                world.Violate($"{machine} knows machine {known.Id} no longer");
            }
            else if (IsBack(known.Wanted, entry.Wanted) || IsBack(known.Out, entry.Out) || IsBack(known.Self, entry.Self))
            {
                world.Violate($"{machine} goes back in what it knows of machine {known.Id}: wanted {known.Wanted} then {entry.Wanted}, out {known.Out} then {entry.Out}, self version {known.Self.Version} then {entry.Self.Version}");
            }
        }
    }

    private static bool IsBack<T>(Register<T> before, Register<T> after) =>
        after.Version < before.Version || (after.Version == before.Version && Comparer<T>.Default.Compare(after.Value, before.Value) < 0);

    private void WentOut(SimMachine machine, ClusterView view)
    {
        foreach (var entry in view.Map.Entries.Values.Where(entry => entry.Out.Version > _out.GetValueOrDefault(entry.Id)))
        {
            _out[entry.Id] = entry.Out.Version;
            if (entry.Out.Value && world.Shape.ReplaceAfter is { } grace)
            {
                var agreeing = world.Machines.Where(other => HasNotHeard(other, entry.Id, grace)).Select(other => other.Name).ToList();
                if (!view.IsMajority(agreeing.Count))
                {
                    world.Violate($"{machine} has machine {entry.Id} as out, and of {view.Members} only [{string.Join(' ', agreeing)}] had no reply from it for {grace}");
                }
            }
        }
    }

    private bool HasNotHeard(SimMachine machine, MachineId lost, TimeSpan grace) =>
        machine.Id != lost && (world.Replies.LongestSilence(machine, lost, Stale) >= grace - Stale / 2 || machine.Run?.Machine.Directory.Of(lost).DownFor >= grace - Stale / 2);
}
