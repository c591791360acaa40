using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Answers what peers ask about machines: who is here, take an id, heartbeats, and the membership map.</summary>
internal sealed class MembershipOperations(Self self, MembershipState membership, PeerDirectory directory, Heartbeats heartbeats, Func<PeerReport> report)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All =>
    [
        new(Operation.WhoAreYou, WhoAreYouAsync),
        new(Operation.Propose, ProposeAsync),
        new(Operation.Heartbeat, HeartbeatAsync),
        new(Operation.Membership, MembershipAsync),
    ];

    private ValueTask<PeerOutcome> WhoAreYouAsync(PeerCall call, CancellationToken cancellationToken) =>
        new(new PeerOutcome(PeerStatus.Ok) { Message = membership.View.Map.Encoded });

    private async ValueTask<PeerOutcome> ProposeAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!TryReadProposal(call.Head.Payload.Span, out var proposal))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the proposal holds no id");
        }
        // Here too: the asker may not know yet whose address this was.
        foreach (var address in self.Addresses.Append(call.Head.SentTo))
        {
            if (self.Id is null && membership.View.Map.At(address) is { } other)
            {
                return PeerOutcome.Because(PeerStatus.Conflict, $"machine '{other}' is remembered at '{address}'");
            }
        }
        var kept = await self.KeepIdAsync(proposal, cancellationToken).ConfigureAwait(false);
        return new PeerOutcome(PeerStatus.Ok) { Payload = new WireWriter().Machine(kept).Written };
    }

    private ValueTask<PeerOutcome> HeartbeatAsync(PeerCall call, CancellationToken cancellationToken)
    {
        var sender = directory.Of(call.Head.Sender.Machine);
        if (!PeerReport.TryDecode(call.Head.Payload.Span, out var told))
        {
            return new(PeerOutcome.Because(PeerStatus.BadRequest, "the heartbeat cannot be read: are both machines of one version?"));
        }
        if (sender.IsUp && sender.View.Incarnation == call.Head.Sender.Incarnation)
        {
            heartbeats.Heard(sender, told);
        }
        else if (sender.View.Address.Length > 0)
        {
            // It lives, but whether it can be reached shows only when it is asked.
            _ = heartbeats.BeatAsync(sender, CancellationToken.None);
        }
        return new(new PeerOutcome(PeerStatus.Ok) { Payload = report().Encode() });
    }

    private async ValueTask<PeerOutcome> MembershipAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is not { } message || !MembershipMap.TryDecode(message.Span, out var map))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the membership map cannot be read, or was altered on the way");
        }
        if (!self.MayMerge(call.Head.Sender))
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, self.StrangerBecause(call.Head.Sender) ?? "another cluster");
        }
        if (!membership.View.Map.Entries.ContainsKey(call.Head.Sender.Machine) && !IsListed(call.Head.Sender))
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, "this machine does not know the sender: list its address on both");
        }
        await membership.MergeAsync(map, cancellationToken).ConfigureAwait(false);
        return new PeerOutcome(PeerStatus.Ok) { Message = membership.View.Map.Encoded };
    }

    /// <summary>A machine that this one asked at a listed address, and that answered.</summary>
    private bool IsListed(MachineCard sender) => directory.Of(sender.Machine).View.Incarnation == sender.Incarnation;

    private static bool TryReadProposal(ReadOnlySpan<byte> payload, out MachineId proposal)
    {
        var from = new WireReader(payload);
        proposal = from.Machine();
        return from.IsComplete && proposal != default;
    }
}
