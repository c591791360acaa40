using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>Tells peers the tombstones of this machine.</summary>
internal sealed class TombstoneOperations(IReplicaStore store)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All => [new(Operation.Tombstones, TombstonesAsync)];

    private async ValueTask<PeerOutcome> TombstonesAsync(PeerCall call, CancellationToken cancellationToken) =>
        TombstonePage.TryReadQuestion(call.Head.Payload.Span, out var after)
        && await call.ReadMessageAsync(cancellationToken).ConfigureAwait(false) is { } message && PartitionSet.TryDecode(message.Span, out var partitions)
            ? new PeerOutcome(PeerStatus.Ok) { Message = TombstonePage.Of(store, partitions, after).Encode() }
            : PeerOutcome.Because(PeerStatus.BadRequest, "the question for tombstones cannot be read, or was altered on the way");
}
