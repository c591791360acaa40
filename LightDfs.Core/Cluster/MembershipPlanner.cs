using System.Globalization;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;

namespace LightDfs.Cluster;

/// <summary>Says what a change of the membership would do, from what the machines that answer hold now; and refuses what could cost a file its last verified copy.</summary>
internal sealed class MembershipPlanner(HoldingsOfAll holdings, Self self, MembershipState membership, PeerDirectory directory, int replicas)
{
    public async Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        var view = membership.View;
        var refusals = RefusalsOf(change, view);
        if (refusals.Count > 0)
        {
            return Refused(change, refusals);
        }
        var held = await holdings.AskAsync(view, cancellationToken).ConfigureAwait(false);
        var map = Apply(change, view.Map);
        var after = new ClusterView(map, view.Silent, view.Shares, replicas);
        var stays = held.Where(machine => after.Asked.Contains(machine.Key) && !(change.Kind == MembershipChangeKind.Away && machine.Key == change.Machine))
            .ToDictionary(machine => machine.Key, machine => machine.Value);
        if (change.Kind is MembershipChangeKind.Remove)
        {
            refusals.AddRange(UnprovenRemoval(change.Machine, held, after));
        }
        if (change.Kind == MembershipChangeKind.Replace && change.By is { } by && (!held.TryGetValue(by, out var holds) || holds.Count > 0 || holdings.HasDamaged(by)))
        {
            refusals.Add($"Machine '{by}' holds files already, or does not say what it holds: a machine with data replaces none. Start one with an empty data directory; or remove '{change.Machine}', and '{by}' takes its share.");
        }
        return PlanOf(change, MovesBetween(view, after, held), LowestOf(stays), refusals, WarningsOf(change, view, after, held));
    }

    /// <summary>The map after a change. What a machine says of itself is not changed here: it is told to say it.</summary>
    public static MembershipMap Apply(MembershipChange change, MembershipMap map) => change.Kind switch
    {
        MembershipChangeKind.Drain => map.WithWanted(change.Machine, WantedState.Draining),
        MembershipChangeKind.CancelDrain or MembershipChangeKind.Restore => map.WithWanted(change.Machine, WantedState.Active),
        MembershipChangeKind.Remove or MembershipChangeKind.Replace => map.WithWanted(change.Machine, WantedState.Removed),
        _ => map,
    };

    private bool IsUp(MachineId machine) => machine == self.Id || directory.Of(machine).IsUp;

    private List<string> RefusalsOf(MembershipChange change, ClusterView view)
    {
        var machine = change.Machine;
        if (self.NotServingBecause is { } notServing)
        {
            return [NotServing(notServing)];
        }
        if (!view.Map.Entries.TryGetValue(machine, out var entry))
        {
            return [$"No machine '{machine}' is known here. The status lists those that are."];
        }
        var refusals = new List<string>();
        var wanted = entry.Wanted.Value;
        var isLastActive = view.Active.All(active => active == machine);
        switch (change.Kind)
        {
            case MembershipChangeKind.Drain when wanted == WantedState.Removed:
                refusals.Add($"Machine '{machine}' was removed. Restore it first.");
                break;
            case MembershipChangeKind.Drain or MembershipChangeKind.Remove or MembershipChangeKind.Replace when isLastActive:
                refusals.Add($"Machine '{machine}' is the last active one: nobody would be left to hold the files. Add a machine first.");
                break;
            case MembershipChangeKind.CancelDrain when wanted != WantedState.Draining:
                refusals.Add($"Machine '{machine}' is not being drained.");
                break;
            case MembershipChangeKind.Restore when wanted != WantedState.Removed:
                refusals.Add($"Machine '{machine}' was not removed.");
                break;
            case MembershipChangeKind.Restore when !IsUp(machine):
                refusals.Add($"Machine '{machine}' is down. It may hold files that were deleted since it was removed, and those deletes may be forgotten. Start it, as it is; once it has sent home what others know, and set aside the rest, restore it.");
                break;
            case MembershipChangeKind.Restore when holdings.WholeReplicasOf(machine) is var replicas and not 0:
                refusals.Add($"Machine '{machine}' still holds {replicas?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} replicas, and some may have been deleted since it was removed. It sends home what others know, and sets aside the rest; wait until it holds none.");
                break;
            case MembershipChangeKind.Away or MembershipChangeKind.Back when !IsUp(machine):
                refusals.Add($"Machine '{machine}' is down, and only it can say that it is away on purpose. Say it before the machine is stopped; or set LightDfs:ReplaceAfter longer.");
                break;
            case MembershipChangeKind.Replace when IsUp(machine):
                refusals.Add($"Machine '{machine}' is up: only one that is down is replaced. Drain it instead.");
                break;
        }
        if (change.Kind is MembershipChangeKind.Remove or MembershipChangeKind.Replace && !IsUp(machine))
        {
            var silent = SilentBesides(machine, view);
            if (silent.Count > 0 && !change.AcceptsSilence)
            {
                refusals.Add($"Besides machine '{machine}', {string.Join(", ", silent)} {(silent.Count == 1 ? "does" : "do")} not answer, so what only they hold cannot be known. Start what can be started first. Where '{machine}' is lost for good, remove it all the same by {nameof(MembershipChange)}.{nameof(MembershipChange.Remove)} with acceptSilence.");
            }
            if (view.Active.All(other => other == machine || !IsUp(other)) && !isLastActive)
            {
                refusals.Add($"Besides machine '{machine}', no active one answers: nobody would be left to hold the files. Start one, or cancel a drain, first.");
            }
        }
        if (change is { Kind: MembershipChangeKind.Replace, By: { } by } && (by == machine || !view.Active.Contains(by) || !IsUp(by)))
        {
            refusals.Add($"Machine '{by}' is not active and up, so it can take nobody's place.");
        }
        return refusals;
    }

    /// <summary>Who else may hold files, and does not answer: machines, then addresses.</summary>
    private List<string> SilentBesides(MachineId machine, ClusterView view) =>
        [.. view.Asked.Where(other => other != machine && !IsUp(other)).Select(other => $"'{other}'"), .. view.Silent.Select(address => $"'{address}'")];

    private List<string> UnprovenRemoval(MachineId machine, SortedDictionary<MachineId, SortedDictionary<int, Holding>> held, ClusterView after)
    {
        if (!IsUp(machine))
        {
            return [];
        }
        if (!held.TryGetValue(machine, out var own))
        {
            return [$"Machine '{machine}' does not say what it holds. Try again, or drain it."];
        }
        var only = own.Count(partition => !after.Active.Any(other => held.TryGetValue(other, out var theirs) && theirs.TryGetValue(partition.Key, out var same) && same.Digest == partition.Value.Digest));
        return only == 0 ? [] : [$"Machine '{machine}' holds {only} partitions that no other machine that answers holds alike: files of them could lose their last verified copy. Drain it instead."];
    }

    private List<string> WarningsOf(MembershipChange change, ClusterView view, ClusterView after, SortedDictionary<MachineId, SortedDictionary<int, Holding>> held)
    {
        var warnings = new List<string>();
        if (after.Copies < view.Copies)
        {
            warnings.Add($"Files will have {after.Copies} copies, not {view.Copies}: there are too few machines for more.");
        }
        var silent = view.Asked.Where(machine => !held.ContainsKey(machine) && machine != change.Machine).ToList();
        if (silent.Count > 0)
        {
            warnings.Add($"What {string.Join(", ", silent.Select(machine => $"'{machine}'"))} would send or get is not in this plan: they did not say what they hold.");
        }
        if (change.Kind is MembershipChangeKind.Remove or MembershipChangeKind.Replace && !held.ContainsKey(change.Machine))
        {
            warnings.Add($"Files that only machine '{change.Machine}' held, if there are any, are found again only if it is restored. What others still hold of them is collected once it is older than LightDfs:AbandonedAfter.");
            warnings.AddRange(SilentBesides(change.Machine, view).Select(other => $"Machine {other} is silent: what only it holds is not counted."));
        }
        return warnings;
    }

    /// <summary>What machines get that own a partition by the change: each from the holder that has most of it, one that leaves before others.</summary>
    public static List<PlannedMove> MovesBetween(ClusterView before, ClusterView after, SortedDictionary<MachineId, SortedDictionary<int, Holding>> held)
    {
        var moves = new SortedDictionary<(MachineId From, MachineId To), PlannedMove>();
        if (before.Ring.Fingerprint == after.Ring.Fingerprint)
        {
            return [];
        }
        foreach (var partition in held.Values.SelectMany(machine => machine.Keys).Distinct().Order())
        {
            var (owners, next) = (before.Ring.OwnerIdsOf(partition), after.Ring.OwnerIdsOf(partition));
            var sources = held.Where(machine => machine.Value.ContainsKey(partition)).Select(machine => (machine.Key, Holding: machine.Value[partition]))
                .OrderByDescending(machine => machine.Holding.Replicas).ThenBy(machine => next.Contains(machine.Key)).ThenBy(machine => machine.Key).ToList();
            foreach (var owner in next.Except(owners).Order())
            {
                var (from, most) = sources[0];
                var has = held.TryGetValue(owner, out var theirs) ? theirs.GetValueOrDefault(partition) : default;
                if (from != owner && has.Digest != most.Digest)
                {
                    var move = moves.GetValueOrDefault((from, owner), new PlannedMove(from, owner, 0, 0, 0));
                    moves[(from, owner)] = move with
                    {
                        Partitions = move.Partitions + 1,
                        Replicas = move.Replicas + Math.Max(0, most.Replicas - has.Replicas),
                        Bytes = move.Bytes + Math.Max(0, most.Bytes - has.Bytes),
                    };
                }
            }
        }
        return [.. moves.Values];
    }

    /// <summary>Copies that each file has for certain on these machines; <see langword="null"/> when they hold nothing.</summary>
    public static int? LowestOf(IReadOnlyDictionary<MachineId, SortedDictionary<int, Holding>> held)
    {
        int? lowest = null;
        foreach (var partition in held.Values.SelectMany(machine => machine).GroupBy(holding => holding.Key, holding => holding.Value.Digest))
        {
            var copies = partition.Distinct().Count() == 1 ? partition.Count() : 1;
            lowest = Math.Min(lowest ?? copies, copies);
        }
        return lowest;
    }

    /// <summary>The plan of a change that is refused before anybody was asked.</summary>
    public static MembershipPlan Refused(MembershipChange change, IReadOnlyList<string> because) => PlanOf(change, [], null, because, []);

    /// <summary>The refusal of a machine that does not know yet who belongs.</summary>
    public static string NotServing(string reason) => $"This machine does not serve yet: {reason}. Give the command on another one, or wait.";

    private static MembershipPlan PlanOf(MembershipChange change, IReadOnlyList<PlannedMove> moves, int? lowest, IReadOnlyList<string> refusals, IReadOnlyList<string> warnings) =>
        new() { Change = change, Moves = moves, LowestCopies = lowest, Refusals = refusals, Warnings = warnings };
}
