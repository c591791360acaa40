using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>Asks owners to confirm what this machine holds of theirs.</summary>
internal sealed class Confirmations(PeerClient client, SettingsCheck settings)
{
    /// <summary>What one owner says, in the order of what is asked; <see langword="null"/>, with the reason, when it does not say.</summary>
    /// <param name="owner">Who is asked.</param>
    /// <param name="ring">Under which ring.</param>
    /// <param name="stamps">What is asked about.</param>
    /// <param name="verifies">True to have every copy read before it is confirmed, as dropping needs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(Confirmation[]? Answers, string Reason)> AskAsync(Peer owner, IHashRing ring, IReadOnlyList<ReplicaStamp> stamps, bool verifies, CancellationToken cancellationToken)
    {
        if (settings.WhyNotMended(owner) is { } why)
        {
            return (null, why);
        }
        try
        {
            // It may read all of them.
            var patience = TransferTimeouts.Store(verifies ? stamps.Sum(stamp => stamp.Length) : 0);
            var answer = await client.CallAsync(
                owner, Operation.Confirm, MendWire.Question(ring.Fingerprint, verifies), new PeerBody(MendWire.Asked(stamps)), patience, cancellationToken).ConfigureAwait(false);
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
