using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>
/// Merges this cluster into another one. A machine of the other one keeps the merge first, then this machine, each in one flush with the machines of both: so whoever knows of the merge knows
/// whom to ask for files, and both clusters hear of it, whatever is lost on the way.
/// </summary>
internal sealed class MergeCommand(MergePlanner planner, Self self, MembershipState membership, Heartbeats heartbeats, PeerClient client, Func<PeerReport> report)
{
    /// <summary>The other machine checks that it reaches this one, and flushes, before it answers.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public async Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken) => (await planner.PlanAsync(change, cancellationToken).ConfigureAwait(false)).Plan;

    /// <exception cref="PeerUnreachableException">Whether the other cluster has taken it is not known.</exception>
    public async Task<MembershipPlan> ApplyAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        var (plan, other) = await planner.PlanAsync(change, cancellationToken).ConfigureAwait(false);
        if (plan.Refusals.Count > 0 || other is null || self.Cluster is not { } own)
        {
            throw new MembershipChangeRefusedException(plan);
        }
        // Only what this cluster knows: the other machine has its own membership, and maybe news of it since it was asked.
        var offered = membership.View.Map.WithMerge(own, other.Contact.Cluster);
        var peer = client.Directory.Of(other.Contact.Machine);
        var answer = await client.CallAsync(peer, Operation.Merge, report().Encode(), new PeerBody(offered.Encoded), Timeout, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status != PeerStatus.Ok)
            {
                throw new MembershipChangeRefusedException(plan with { Refusals = [$"Machine '{peer.Id}' at '{answer.Address}' was asked, and did not take it: {answer.Reason}"] });
            }
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            if (!MembershipMap.TryDecode(message.Span, out var both) || !await self.MergeAsync(answer.Responder, both, cancellationToken).ConfigureAwait(false))
            {
                throw new PeerUnreachableException(answer.Address, "it took the merge, but the membership that it answered cannot be read, or is not that of the two clusters.");
            }
        }
        await heartbeats.BeatAllAsync(cancellationToken).ConfigureAwait(false);
        return plan;
    }
}
