using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>Makes changes of the membership that a plan does not refuse, and tells everybody.</summary>
internal sealed class MembershipCommands(MembershipPlanner planner, MergeCommand merge, Self self, MembershipState membership, Heartbeats heartbeats, PeerClient client)
{
    public Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind == MembershipChangeKind.MergeInto ? merge.PlanAsync(change, cancellationToken) : planner.PlanAsync(change, cancellationToken);
    }

    public async Task<MembershipPlan> ApplyAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Kind == MembershipChangeKind.MergeInto)
        {
            return await merge.ApplyAsync(change, cancellationToken).ConfigureAwait(false);
        }
        var plan = await PlanAsync(change, cancellationToken).ConfigureAwait(false);
        if (plan.Refusals.Count > 0)
        {
            throw new MembershipChangeRefusedException(plan);
        }
        if (change.Kind is MembershipChangeKind.Away or MembershipChangeKind.Back)
        {
            await SayAwayAsync(change, plan, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await membership.ChangeAsync(map => MembershipPlanner.Apply(change, map), cancellationToken).ConfigureAwait(false);
        }
        await heartbeats.BeatAllAsync(cancellationToken).ConfigureAwait(false);
        return plan;
    }

    /// <summary>What a machine says of itself is written by that machine alone.</summary>
    private async Task SayAwayAsync(MembershipChange change, MembershipPlan plan, CancellationToken cancellationToken)
    {
        if (change.Machine == self.Id)
        {
            await self.SetAwayAsync(change.Duration, cancellationToken).ConfigureAwait(false);
            return;
        }
        string? refusal;
        try
        {
            var answer = await client.CallAsync(client.Directory.Of(change.Machine), Operation.Away, CommandOperations.Away(change.Duration), null, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                refusal = answer.Status == PeerStatus.Ok ? null : answer.Reason;
            }
        }
        catch (PeerUnreachableException cause)
        {
            refusal = cause.Message;
        }
        if (refusal is not null)
        {
            throw new MembershipChangeRefusedException(plan with { Refusals = [$"Machine '{change.Machine}' was told, and did not take it: {refusal}"] });
        }
    }
}
