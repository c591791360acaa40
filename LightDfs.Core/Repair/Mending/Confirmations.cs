using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>Asks owners to confirm what this machine holds of theirs.</summary>
internal sealed class Confirmations(PeerClient client)
{
    /// <summary>What one owner says, in the order of what is asked; <see langword="null"/>, with the reason, when it does not say.</summary>
    public async Task<(Confirmation[]? Answers, string Reason)> AskAsync(Peer owner, IHashRing ring, IReadOnlyList<ReplicaStamp> stamps, CancellationToken cancellationToken)
    {
        if (!owner.IsUp)
        {
            return (null, owner.View.Why);
        }
        try
        {
            // It reads all of them.
            var patience = TransferTimeouts.Store(stamps.Sum(stamp => stamp.Length));
            var answer = await client.CallAsync(
                owner, Operation.Confirm, MendWire.Ring(ring.Fingerprint), new PeerBody(MendWire.Asked(stamps)), patience, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                if (answer.Status != PeerStatus.Ok)
                {
                    return (null, answer.Reason);
                }
                var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
                return MendWire.TryReadConfirmations(message.Span, stamps.Count, out var confirmations) ? (confirmations, "") : (null, "what it confirms cannot be read");
            }
        }
        catch (PeerUnreachableException cause)
        {
            return (null, cause.Message);
        }
    }
}
