using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Answers what peers ask about machines: who is here, take an id, heartbeats, introductions, and the membership map.</summary>
internal sealed class MembershipOperations(
    Self self, MembershipState membership, PeerDirectory directory, Heartbeats heartbeats, Introductions introductions, BlankMachines blanks, Twins twins, Func<PeerReport> report)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All =>
    [
        new(Operation.WhoAreYou, WhoAreYouAsync),
        new(Operation.Propose, ProposeAsync),
        new(Operation.Heartbeat, HeartbeatAsync),
        new(Operation.Membership, MembershipAsync),
        new(Operation.Introduce, IntroduceAsync),
    ];

    private ValueTask<PeerOutcome> WhoAreYouAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (call.Head.Sender is var sender && sender.Machine == self.Id && sender.Incarnation != self.Incarnation)
        {
            twins.Asked(sender);
        }
        return new(new PeerOutcome(PeerStatus.Ok) { Payload = new WireWriter().Bool(self.Standing.Counts).Written, Message = WantsMap(call) ? membership.View.Map.Encoded : default });
    }

    private async ValueTask<PeerOutcome> ProposeAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!TryReadProposal(call.Head.Payload.Span, out var proposal))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the proposal holds no id");
        }
        // Here too: the asker may not know yet whose address this was.
        foreach (var address in self.Addresses.Known.Append(call.Head.SentTo))
        {
            if (self.Id is null && blanks.RememberedAt(address) is { } other)
            {
                return PeerOutcome.Because(PeerStatus.Conflict, $"machine '{other}' is remembered at '{address}'");
            }
        }
        var kept = await self.KeepIdAsync(proposal, cancellationToken).ConfigureAwait(false);
        return new PeerOutcome(PeerStatus.Ok) { Payload = new WireWriter().Machine(kept).Written };
    }

    private async ValueTask<PeerOutcome> HeartbeatAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!PeerReport.TryDecode(call.Head.Payload.Span, out var told))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the heartbeat cannot be read: are both machines of one version?");
        }
        // It lives, but whether it can be reached shows only when it is asked.
        await introductions.ReachAsync(call.Head.Sender, cancellationToken).ConfigureAwait(false);
        var sender = directory.Of(call.Head.Sender.Machine);
        if (sender.IsUp && sender.View.Incarnation == call.Head.Sender.Incarnation)
        {
            heartbeats.Heard(sender, told);
        }
        return new PeerOutcome(PeerStatus.Ok) { Payload = report().Encode() };
    }

    private async ValueTask<PeerOutcome> IntroduceAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (Introduction.Decode(call.Head.Payload.Span) is not { } introduction)
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the introduction cannot be read: are both machines of one version?");
        }
        introductions.Heard(call.Head.Sender.Machine, introduction);
        await introductions.ReachAsync(call.Head.Sender, cancellationToken).ConfigureAwait(false);
        return new PeerOutcome(PeerStatus.Ok);
    }

    private async ValueTask<PeerOutcome> MembershipAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is not { } message || !MembershipMap.TryDecode(message.Span, out var map))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "the membership map cannot be read, or was altered on the way");
        }
        if (!self.MayMerge(call.Head.Sender, map))
        {
            return Stranger();
        }
        // A merge is an operator's word: the machines of the other cluster need no list to name them.
        if (!self.IsMergedBy(map) && introductions.RefuseToTakeIn(call.Head.Sender) is { } refusal)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, refusal);
        }
        if (!await self.MergeAsync(call.Head.Sender, map, cancellationToken).ConfigureAwait(false))
        {
            return Stranger();
        }
        return new PeerOutcome(PeerStatus.Ok) { Message = membership.View.Map.Encoded };

        PeerOutcome Stranger() => (self.StrangerBecause(call.Head.Sender) ?? new Refusal("another cluster")).Outcome;
    }

    /// <summary>Unless the asker says that it does not.</summary>
    private static bool WantsMap(PeerCall call) => call.Head.Payload.IsEmpty || new WireReader(call.Head.Payload.Span).Bool();

    private static bool TryReadProposal(ReadOnlySpan<byte> payload, out MachineId proposal)
    {
        var from = new WireReader(payload);
        proposal = from.Machine();
        return from.IsComplete && proposal != default;
    }
}
