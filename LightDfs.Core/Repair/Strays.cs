using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>
/// Sends home what this machine holds without owning it, and lets go of it only when as many owners as there should be copies have confirmed it, each under the same ring as this machine's,
/// with every page read just then.
/// </summary>
internal sealed class Strays(
    IReplicaStore store, MembershipState membership, RecentWrites recent, Confirmations confirmations, PeerDirectory directory, MendBatch batch, LoneDamage damage, ClashReport clashes)
{
    private const int MostAtOnce = 256;
    private const long MostBytesAtOnce = 64L * 1024 * 1024;

    /// <param name="result">What is found goes here.</param>
    /// <param name="own">This machine.</param>
    /// <param name="isSourceOf">False for what may have been deleted and forgotten without this machine, null while that is not known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(PassResult result, MachineId own, Func<FileId, bool?> isSourceOf, CancellationToken cancellationToken)
    {
        var ring = result.Ring;
        // Partitions with the same owners share their questions.
        foreach (var group in StrayPartitions(ring, own).GroupBy(held => string.Join(' ', ring.OwnerIdsOf(held.Partition)), StringComparer.Ordinal))
        {
            var owners = ring.OwnerIdsOf(group.First().Partition);
            foreach (var some in Batches(group.SelectMany(held => store.ListPartition(held.Partition)).Where(stamp => !stamp.IsForgotten && !recent.Contains(stamp.Id))))
            {
                await GoHomeAsync(result, owners, some, isSourceOf, cancellationToken).ConfigureAwait(false);
            }
        }
        result.Strays = StrayPartitions(ring, own).Sum(held => (long)held.Replicas + UnforgottenIn(held));
    }

    private IEnumerable<HeldPartition> StrayPartitions(IHashRing ring, MachineId own) => store.ListPartitions().Where(held => !ring.IsOwner(held.Partition, own));

    /// <summary>Tombstones that are to go home; forgotten ones end by themselves.</summary>
    private int UnforgottenIn(HeldPartition held) =>
        held.Tombstones == 0 ? 0 : store.ListPartition(held.Partition).Count(stamp => stamp is { State: ReplicaState.Deleted, IsForgotten: false });

    private static IEnumerable<List<ReplicaStamp>> Batches(IEnumerable<ReplicaStamp> stamps)
    {
        var batch = new List<ReplicaStamp>();
        long bytes = 0;
        foreach (var stamp in stamps)
        {
            if (batch.Count == MostAtOnce || (batch.Count > 0 && bytes + stamp.Length > MostBytesAtOnce))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
            batch.Add(stamp);
            bytes += stamp.Length;
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task GoHomeAsync(PassResult result, MachineId[] owners, List<ReplicaStamp> stamps, Func<FileId, bool?> isSourceOf, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= 2 && stamps.Count > 0; attempt++)
        {
            // Where too few can confirm, nothing will be dropped, and nobody is to read all for it.
            var canDrop = owners.Count(owner => directory.Of(owner).IsUp) >= membership.View.Copies;
            var said = await AskAsync(result, owners, stamps, canDrop, cancellationToken).ConfigureAwait(false);
            if (attempt == 1)
            {
                result.IsRound &= said.Any(one => one is not null);
                result.IsComplete &= said.All(one => one is not null) && owners.Length > 0;
            }
            var work = new List<MendWork>();
            for (var at = 0; at < stamps.Count; at++)
            {
                var verdicts = Array.ConvertAll(said, one => one?[at]);
                if (!await SettleAsync(result, stamps[at], verdicts, canDrop, isSourceOf, cancellationToken).ConfigureAwait(false))
                {
                    work.AddRange(Work(stamps[at], owners, verdicts, isSourceOf));
                }
            }
            stamps = [.. work.Select(one => one.Stamp).Distinct()];
            if (work.Count == 0 || await batch.RunAsync(result, work, cancellationToken).ConfigureAwait(false) == 0)
            {
                return;
            }
        }
    }

    private async Task<Confirmation[]?[]> AskAsync(PassResult result, MachineId[] owners, List<ReplicaStamp> stamps, bool verifies, CancellationToken cancellationToken)
    {
        var said = new Confirmation[]?[owners.Length];
        for (var at = 0; at < owners.Length; at++)
        {
            (said[at], var reason) = await confirmations.AskAsync(directory.Of(owners[at]), result.Ring, stamps, verifies, cancellationToken).ConfigureAwait(false);
            if (said[at] is null)
            {
                result.Failures.TryAdd(owners[at], reason);
            }
        }
        return said;
    }

    /// <summary>Ends a stray where that may be done now. True when it is not here any more, or not as it was.</summary>
    private async Task<bool> SettleAsync(PassResult result, ReplicaStamp stamp, Confirmation?[] verdicts, bool canDrop, Func<FileId, bool?> isSourceOf, CancellationToken cancellationToken)
    {
        bool IsAllowed() => membership.View.Ring == result.Ring;
        var copies = membership.View.Copies;
        if (stamp.State != ReplicaState.Deleted && verdicts.FirstOrDefault(verdict => verdict is { Verdict: Verdict.Deleted }) is { } deleted)
        {
            // Not to be served in the meantime; the tombstone goes home like any other.
            await store.DeleteAsync(stamp.Id, deleted.DeletedAt, cancellationToken).ConfigureAwait(false);
            result.Done++;
            return true;
        }
        if (canDrop && verdicts.Count(verdict => verdict is { Verdict: Verdict.Holds }) >= copies)
        {
            return await DoneAsync(result, store.RemoveAsync(stamp, IsAllowed, cancellationToken)).ConfigureAwait(false);
        }
        if (stamp.State == ReplicaState.Deleted || stamp.Version == 0)
        {
            return false;
        }
        if (Array.Exists(verdicts, verdict => verdict is { Verdict: Verdict.Smaller }))
        {
            clashes.Found(stamp.Id);
            return await DoneAsync(result, store.SetAsideAsync(stamp, SetAsideReason.Clash, IsAllowed, cancellationToken)).ConfigureAwait(false);
        }
        if (stamp.State == ReplicaState.Damaged && Array.Exists(verdicts, verdict => verdict is { Verdict: Verdict.Larger }))
        {
            return await DoneAsync(result, damage.SetAsideAsync(stamp, result.Ring, cancellationToken)).ConfigureAwait(false);
        }
        return verdicts.Length > 0 && Array.TrueForAll(verdicts, verdict => verdict is { Verdict: Verdict.Lacks }) && isSourceOf(stamp.Id) == false
            && await DoneAsync(result, store.SetAsideAsync(stamp, SetAsideReason.Unknown, IsAllowed, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task<bool> DoneAsync(PassResult result, ValueTask<bool> act)
    {
        var isDone = await act.ConfigureAwait(false);
        result.Done += isDone ? 1 : 0;
        return isDone;
    }

    /// <summary>To whom a stray is to be sent. What this machine alone knows is not sent where it may have been deleted and forgotten meanwhile.</summary>
    private IEnumerable<MendWork> Work(ReplicaStamp stamp, MachineId[] owners, Confirmation?[] verdicts, Func<FileId, bool?> isSourceOf)
    {
        var copies = verdicts.Count(verdict => verdict is { Verdict: Verdict.Holds });
        var isKnown = Array.Exists(verdicts, verdict => verdict is { Verdict: Verdict.Holds or Verdict.Larger or Verdict.Damaged });
        if (stamp.State == ReplicaState.Damaged || (!isKnown && stamp.State != ReplicaState.Deleted && isSourceOf(stamp.Id) != true))
        {
            yield break;
        }
        for (var at = 0; at < owners.Length; at++)
        {
            if (verdicts[at] is { Verdict: Verdict.Lacks or Verdict.Larger or Verdict.Damaged })
            {
                yield return new(directory.Of(owners[at]), stamp, copies, IsOurs: true);
            }
        }
    }
}
