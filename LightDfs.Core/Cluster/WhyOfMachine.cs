using System.Globalization;
using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>Says in one sentence why a machine is in its state: what is wanted of it and whether it is out first, then what ails it, then whether it answers.</summary>
internal sealed class WhyOfMachine(TimeSpan? replaceAfter, TimeProvider time)
{
    public string Of(MachineEntry entry, PeerView seen, int members)
    {
        var told = seen.Report;
        return entry.Wanted.Value switch
        {
            WantedState.Removed => $"it was removed; {seen.Why}",
            WantedState.Draining when told is null => $"it is being drained; {seen.Why}",
            WantedState.Draining when told.Replicas + told.Tombstones == 0 => "it is drained: it holds nothing any more, stop it, or remove it",
            WantedState.Draining => $"it is being drained: it hands over {told.Replicas} replicas; {seen.Why}",
            _ when entry.Out.Value => Out(members, seen.Why),
            _ when entry.Self.Value.AwayAt(time.GetUtcNow()) is { } until => $"it is away on purpose until {until.ToString("u", CultureInfo.InvariantCulture)}; {seen.Why}",
            _ when seen.State == MachineState.Up && told is { Failure.Length: > 0 } => $"its store takes nothing until it is restarted: {told.Failure}",
            _ when seen.State == MachineState.Up && told is { IsLeaving: true } => "it shuts down",
            _ when seen.State == MachineState.Up && told is { IsFull: true } => "it answers, but its disk is full",
            _ => seen.Why,
        };
    }

    private string Out(int members, string why) =>
        $"it is out: more than half of the {members} machines had not reached it{(replaceAfter is { } grace ? $" for {grace.TotalMinutes:0.#} min" : "")}, and its copies are made elsewhere until they reach it again; {why}";
}
