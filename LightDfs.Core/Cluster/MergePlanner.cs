using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>Says what the merge of this cluster into another one would do, and refuses one that would not leave a single cluster that works.</summary>
internal sealed class MergePlanner(
    MergeRules rules, HoldingsOfAll holdings, Self self, MembershipState membership, Heartbeats heartbeats, SettingsCheck settings, PeerClient client, IPeerTransport transport, int replicas)
{
    /// <summary>The plan, and the cluster that it is about; none where it was not reached.</summary>
    public async Task<(MembershipPlan Plan, OtherCluster? Other)> PlanAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        var view = membership.View;
        if (self.NotServingBecause is { } notServing)
        {
            return (Refused([MembershipPlanner.NotServing(notServing)]), null);
        }
        var (other, unreached) = await AskAsync(change.Address, cancellationToken).ConfigureAwait(false);
        if (other is null)
        {
            return (Refused([unreached!]), null);
        }
        if (IdentityRefusal(change, other) is { } wrong)
        {
            return (Refused([wrong]), other);
        }
        var refusals = rules.RefusalsOf(other.Map);
        if (refusals.Count > 0)
        {
            return (Refused(refusals), other);
        }
        // So that each machine of the other cluster tells how it is.
        await heartbeats.BeatAsync(other.Map.Entries.Values.Where(entry => entry.Wanted.Value != WantedState.Removed), cancellationToken).ConfigureAwait(false);
        var after = new ClusterView(view.Map.Merge(other.Map), view.Silent, view.Shares, replicas);
        refusals.AddRange(DifferentSettings(after));
        if (client.Directory.Of(other.Contact.Machine).View.Report is null)
        {
            refusals.Add($"Machine '{other.Contact.Machine}' at '{change.Address}' does not say how it is set up. Its log says why; name another machine of its cluster.");
        }
        var held = await holdings.AskAsync(after, cancellationToken).ConfigureAwait(false);
        var theirs = new ClusterView(other.Map, [], view.Shares, replicas);
        var (here, there) = (HeldBy(view), HeldBy(theirs));
        var plan = new MembershipPlan
        {
            Change = change,
            Moves = [.. MembershipPlanner.MovesBetween(view, after, here).Concat(MembershipPlanner.MovesBetween(theirs, after, there)).OrderBy(move => move.From).ThenBy(move => move.To)],
            // Each file is in one of the two, and nothing is let go of before it has all its copies in the ring of both.
            LowestCopies = Lowest(MembershipPlanner.LowestOf(here), MembershipPlanner.LowestOf(there)),
            Refusals = refusals,
            Warnings = WarningsOf(view, theirs, after, held),
        };
        return (plan, other);

        SortedDictionary<MachineId, SortedDictionary<int, Holding>> HeldBy(ClusterView of)
        {
            var some = new SortedDictionary<MachineId, SortedDictionary<int, Holding>>();
            foreach (var machine in of.Asked.Where(held.ContainsKey))
            {
                some[machine] = held[machine];
            }
            return some;
        }

        MembershipPlan Refused(IReadOnlyList<string> because) => MembershipPlanner.Refused(change, because);
    }

    /// <summary>Who answers at an address, with its membership; or why that is not known.</summary>
    private async Task<(OtherCluster? Other, string? Unreached)> AskAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.AskAsync(transport.Normalize(address), ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
                return MembershipMap.TryDecode(message.Span, out var map)
                    ? (new OtherCluster(answer.Responder, map), null)
                    : (null, $"The membership of the machine at '{address}' cannot be read: is it of another version of LightDfs?");
            }
        }
        catch (PeerUnreachableException cause)
        {
            return (null, $"The other cluster is not reached. {cause.Message} Name a machine of it that runs, and that this one reaches.");
        }
        catch (FormatException cause)
        {
            return (null, $"'{address}' is no address: {cause.Message}");
        }
    }

    private string? IdentityRefusal(MembershipChange change, OtherCluster other)
    {
        var (contact, map) = (other.Contact, other.Map);
        return contact.Machine == default || contact.Cluster == default ? $"The machine at '{change.Address}' belongs to no cluster yet. It joins this one by itself, where it is listed."
            : contact.Incarnation == self.Incarnation ? $"'{change.Address}' is this machine's own address. Name one of the other cluster."
            : self.MayMerge(contact, map) ? $"Machine '{contact.Machine}' at '{change.Address}' belongs to this cluster already. Where they were merged just now, all machines hear of it by themselves."
            : change.ClusterId is { } meant && !string.Equals(meant, $"{contact.Cluster:x32}", StringComparison.OrdinalIgnoreCase)
                ? $"Machine '{contact.Machine}' at '{change.Address}' belongs to cluster {contact.Cluster:x32}, not to {meant}."
            : !map.Entries.TryGetValue(contact.Machine, out var entry) || entry.Wanted.Value == WantedState.Removed ? $"Machine '{contact.Machine}' at '{change.Address}' was removed from its cluster. Name another one of it."
            : null;
    }

    private IEnumerable<string> DifferentSettings(ClusterView after) =>
        from machine in after.Asked
        where machine != self.Id
        let told = client.Directory.Of(machine).View.Report
        where told is not null
        let difference = settings.DifferenceOf(told)
        where difference is not null
        select $"Machine '{machine}' runs with {difference}. These must be equal on all machines of both clusters: change one side, and restart it.";

    private static int? Lowest(int? one, int? other) => one is { } some && other is { } more ? Math.Min(some, more) : one ?? other;

    private static List<string> WarningsOf(ClusterView view, ClusterView theirs, ClusterView after, SortedDictionary<MachineId, SortedDictionary<int, Holding>> held)
    {
        var warnings = new List<string>();
        var silent = after.Asked.Where(machine => !held.ContainsKey(machine)).ToList();
        if (silent.Count > 0)
        {
            warnings.Add($"What {MergeRules.Named(silent)} would send or get is not in this plan: they did not say what they hold. They hear of the merge when they are back; until then an id that nobody else knows is unavailable, not \"not found\".");
        }
        if (after.Copies > Math.Min(view.Copies, theirs.Copies))
        {
            warnings.Add($"Files will have {after.Copies} copies, also those that had {Math.Min(view.Copies, theirs.Copies)}: there are machines for more.");
        }
        return warnings;
    }
}
