using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>
/// Of two versions the smaller stays. But one of which a single damaged copy is all that is left can be sent to nobody, and would keep a whole larger one from its owners for ever: that copy
/// is set aside. For that an owner must have the larger one whole, read just now, and everybody who may hold the file must say that he has nothing of the smaller one. A version that was
/// acknowledged had as many whole copies as the write quorum asks for: where that is more than one, this one was not.
/// </summary>
internal sealed class LoneDamage(IReplicaStore store, MembershipState membership, Holders holders, PeerDirectory directory, Confirmations confirmations, ClashReport clashes)
{
    /// <param name="damaged">What is held here, of a version that is known.</param>
    /// <param name="ring">The ring of the pass.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>True when it is set aside; false when anything speaks against it, or is not known.</returns>
    public async ValueTask<bool> SetAsideAsync(ReplicaStamp damaged, IHashRing ring, CancellationToken cancellationToken)
    {
        var view = membership.View;
        if (view.Ring != ring || !view.Silent.IsEmpty || !await IsAloneAsync(damaged, view, cancellationToken).ConfigureAwait(false)
            || !await IsAnotherWholeAsync(damaged, ring, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        clashes.Found(damaged.Id);
        return await store.SetAsideAsync(damaged, SetAsideReason.Clash, () => membership.View.Ring == ring, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsAloneAsync(ReplicaStamp damaged, ClusterView view, CancellationToken cancellationToken)
    {
        foreach (var holder in holders.Others(view, damaged.Id))
        {
            try
            {
                // A damaged copy too: of two each may have the pages that the other lacks.
                if (await holder.HeldAsync(damaged.Id, cancellationToken).ConfigureAwait(false) is { } held && (held.State == ReplicaState.Deleted || held.Version == 0 || held.Version == damaged.Version))
                {
                    return false;
                }
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is not null)
            {
                return false;
            }
        }
        return true;
    }

    private async Task<bool> IsAnotherWholeAsync(ReplicaStamp damaged, IHashRing ring, CancellationToken cancellationToken)
    {
        // Version zero asks for any.
        ReplicaStamp[] any = [damaged with { State = ReplicaState.Present, Version = 0 }];
        foreach (var owner in ring.OwnerIdsOf(Partitions.Of(damaged.Id)).Where(owner => owner != holders.Local.Machine))
        {
            var (answers, _) = await confirmations.AskAsync(directory.Of(owner), ring, any, verifies: true, cancellationToken).ConfigureAwait(false);
            if (answers is [{ Verdict: Verdict.Holds }])
            {
                return true;
            }
        }
        return false;
    }
}
