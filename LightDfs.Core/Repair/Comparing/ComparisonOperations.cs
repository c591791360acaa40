using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;

namespace LightDfs.Repair.Comparing;

/// <summary>Answers owners that compare what they hold with what this one does.</summary>
internal sealed class ComparisonOperations(Holdings holdings, RoundMemory rounds, SettingsCheck settings)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All => [new(Operation.Compare, CompareAsync)];

    private async ValueTask<PeerOutcome> CompareAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!ComparisonWire.TryReadQuestion(call.Head.Payload.Span, out var question) || await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return Unreadable();
        }
        var ring = holdings.Ring;
        var sender = call.Head.Sender.Machine;
        if (ring.Fingerprint != question.Ring)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, "its ring is another one");
        }
        if (settings.RefusalOf(sender) is { } refusal)
        {
            return PeerOutcome.Because(PeerStatus.Unavailable, refusal);
        }
        var remembered = rounds.Of(sender);
        switch (question.Level)
        {
            case ComparisonLevel.All:
                var tree = holdings.SharedWith(sender, ring);
                var isEqual = tree.Root == question.Root;
                return Answer(remembered, isEqual, isEqual ? default : tree.EncodedGroups);
            case ComparisonLevel.Groups when ComparisonWire.TryReadNumbers(message.Span, DigestTree.Groups, out var groups):
                return Answer(remembered, false, ComparisonWire.Partitions(holdings.SharedWith(sender, ring), groups));
            case ComparisonLevel.Partitions when ComparisonWire.TryReadNumbers(message.Span, Partitions.Count, out var partitions):
                return Answer(remembered, false, ComparisonWire.Listing(partitions, holdings.Of));
            default:
                return Unreadable();
        }
    }

    private static PeerOutcome Answer(DateTimeOffset remembered, bool isEqual, ReadOnlyMemory<byte> message) =>
        new(PeerStatus.Ok) { Payload = ComparisonWire.Answer(remembered, isEqual), Message = message };

    private static PeerOutcome Unreadable() => PeerOutcome.Because(PeerStatus.BadRequest, "the comparison cannot be read, or was altered on the way: are both machines of one version?");
}
