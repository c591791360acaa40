using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Answers what commands of another machine need of this one: what it holds, and that it is away on purpose.</summary>
internal sealed class CommandOperations(IReplicaStore store, Self self)
{
    public IEnumerable<KeyValuePair<Operation, PeerOperation>> All => [new(Operation.Holdings, HoldingsAsync), new(Operation.Away, AwayAsync)];

    public static ReadOnlyMemory<byte> Away(TimeSpan duration) => new WireWriter().Int64((long)duration.TotalMilliseconds).Written;

    private ValueTask<PeerOutcome> HoldingsAsync(PeerCall call, CancellationToken cancellationToken) => new(new PeerOutcome(PeerStatus.Ok) { Message = Holding.Encode(Holding.Of(store)) });

    private async ValueTask<PeerOutcome> AwayAsync(PeerCall call, CancellationToken cancellationToken)
    {
        if (!TryReadAway(call.Head.Payload.Span, out var duration))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, "how long it is to be away cannot be read: are both machines of one version?");
        }
        await self.SetAwayAsync(duration, cancellationToken).ConfigureAwait(false);
        return new PeerOutcome(PeerStatus.Ok);
    }

    private static bool TryReadAway(ReadOnlySpan<byte> payload, out TimeSpan duration)
    {
        var from = new WireReader(payload);
        var milliseconds = from.Int64();
        var isOne = from.IsComplete && milliseconds >= 0 && milliseconds <= (long)TimeSpan.FromDays(30).TotalMilliseconds;
        duration = isOne ? TimeSpan.FromMilliseconds(milliseconds) : default;
        return isOne;
    }
}
