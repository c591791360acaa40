using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>Takes another cluster in, when an operator of that one says so. What comes of it is on this machine's disk before it is answered.</summary>
internal sealed class MergeOperations(MergeRules rules, Self self, MembershipState membership, SettingsCheck settings, PeerClient client)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All => [new(Operation.Merge, MergeAsync)];

    private async ValueTask<PeerOutcome> MergeAsync(PeerCall call, CancellationToken cancellationToken)
    {
        var sender = call.Head.Sender;
        if (await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is not { } message
            || !MembershipMap.TryDecode(message.Span, out var map)
            || !PeerReport.TryDecode(call.Head.Payload.Span, out var told)
            || !map.Entries.ContainsKey(sender.Machine))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the merge cannot be read, or was altered on the way: are both machines of one version?");
        }
        // Where it is one cluster already, as after the same command from the other side, there is nothing to be asked.
        if (!self.MayMerge(sender) && await RefusalOf(sender, map, told, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, refusal);
        }
        return await self.MergeAsync(sender, map, cancellationToken).ConfigureAwait(false)
            ? new PeerOutcome(PeerStatus.Ok) { Message = membership.View.Map.Encoded }
            : (self.StrangerBecause(sender) ?? new Refusal("this machine's cluster changed meanwhile")).Outcome;
    }

    private async ValueTask<string?> RefusalOf(MachineCard sender, MembershipMap map, PeerReport told, CancellationToken cancellationToken)
    {
        if (!self.MayMerge(sender, map))
        {
            return $"the merge names another cluster than {self.Cluster:x32}, which this machine belongs to. Plan it again";
        }
        if (rules.RefusalsOf(map) is { Count: > 0 } refusals)
        {
            return string.Join(" ", refusals);
        }
        if (settings.DifferenceOf(told) is { } difference)
        {
            return $"machine '{sender.Machine}' runs with {difference}. These must be equal on all machines of both clusters";
        }
        return await IsReachedAsync(sender, map.Entries[sender.Machine], cancellationToken).ConfigureAwait(false)
            ? null
            : $"machine '{sender.Machine}' does not answer this one at any of its addresses ({string.Join(", ", map.Entries[sender.Machine].Self.Value.Addresses.Select(address => $"'{address}'"))}). "
                + "Set LightDfs:AdvertisedAddress on it to one at which the other cluster's machines reach it";
    }

    /// <summary>True when the sender answers. A machine that hears only questions, and reaches nobody, would know members that it can never ask.</summary>
    private async Task<bool> IsReachedAsync(MachineCard sender, MachineEntry entry, CancellationToken cancellationToken)
    {
        var peer = client.Directory.Of(sender.Machine);
        foreach (var address in entry.Self.Value.Addresses.Where(address => client.WhyNotAsked(address) is null))
        {
            if (await client.WhoAnswersAsync(address, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false) is { } who && who.Machine == sender.Machine && who.Incarnation == sender.Incarnation)
            {
                peer.TryAt(address);
                return true;
            }
        }
        return false;
    }
}
