using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>Why two clusters are not merged. Both sides ask it: the one that plans the merge, and the one that is to take it.</summary>
internal sealed class MergeRules(Self self, MembershipState membership, PeerDirectory directory)
{
    /// <summary>What of this cluster speaks against a merge with another one that has this map, each a sentence.</summary>
    public List<string> RefusalsOf(MembershipMap other)
    {
        var view = membership.View;
        var refusals = new List<string>();
        if (self.Id is { } own && view.IsRemoved(own))
        {
            refusals.Add($"Machine '{own}' was removed from its cluster. Name another machine, or give the command on one.");
        }
        // Those that are down hear of the earlier merge and of this one when they come back.
        var behind = self.BehindAMerge.Where(machine => directory.Of(machine).IsUp).ToList();
        if (behind.Count > 0)
        {
            refusals.Add($"An earlier merge is under way: {Named(behind)} did not say yet that they have heard of it. Wait a few seconds.");
        }
        var both = other.Entries.Keys.Where(view.Map.Entries.ContainsKey).ToList();
        if (both.Count > 0)
        {
            refusals.Add($"Both clusters remember {Named(both)}, so which of them knows what it holds cannot be told. Drain and remove it from one of them, and let it start with an empty data directory.");
        }
        if (view.Map.Entries.Count + other.Entries.Count > MembershipMap.MaxMachines)
        {
            refusals.Add($"Together they remember more than {MembershipMap.MaxMachines} machines, which is the most.");
        }
        if (view.Map.Merges.IsFull || other.Merges.IsFull)
        {
            refusals.Add($"One of the clusters was merged {ClusterMerges.Most} times already, which is the most.");
        }
        return refusals;
    }

    public static string Named(IEnumerable<MachineId> machines) => string.Join(", ", machines.Select(machine => $"machine '{machine}'"));
}
