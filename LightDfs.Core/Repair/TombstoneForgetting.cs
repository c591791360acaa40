using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>
/// Forgets tombstones that nobody needs any more: older than the retention, held by all owners of the present ring, and since then every machine that was not removed has compared all
/// that it holds. Such a tombstone leaves the digest, and a day later the disk. So no machine, however long it was away, can bring a deleted file back.
/// </summary>
internal sealed partial class TombstoneForgetting(
    IReplicaStore store, MembershipState membership, RoundMemory rounds, ClockCheck clock, Func<MachineId?> self, TimeSpan retention, TimeProvider time, ILogger<TombstoneForgetting> logger)
{
    /// <summary>How much clocks may differ, and how long a forgotten tombstone still says "deleted".</summary>
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestPeriod = TimeSpan.FromHours(1);

    private readonly Dictionary<int, Waiting> _waiting = [];
    private readonly Queue<(ReplicaStamp Tombstone, long At)> _forgotten = new();
    private long? _lastLook;

    /// <summary>Looks for tombstones to forget, once in a while, after a pass.</summary>
    /// <exception cref="StorageException">The disk fails.</exception>
    public async Task StepAsync(PassResult pass, MachineId own, CancellationToken cancellationToken)
    {
        var period = retention / 16 is var part && part < LongestPeriod ? part : LongestPeriod;
        if (_lastLook is { } last && time.GetElapsedTime(last) < period)
        {
            return;
        }
        _lastLook = time.GetTimestamp();
        await RemoveOldAsync(cancellationToken).ConfigureAwait(false);
        if (!clock.MayDestroyByAge || membership.View.Ring != pass.Ring)
        {
            return;
        }
        var ready = new List<ReplicaStamp>();
        foreach (var held in store.ListPartitions().Where(held => held.Tombstones > 0 && pass.Ring.IsOwner(held.Partition, own)))
        {
            ready.AddRange(Ready(held.Partition, pass, own));
        }
        await ForgetAsync(ready, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Forgets what another owner under the same ring has forgotten: owners that began to wait at different times would else send it back to those that have removed it. Only where this
    /// machine too remembers a round of everybody from after the retention, by which it knows an old copy of a disk.
    /// </summary>
    /// <exception cref="StorageException">The disk fails.</exception>
    public async Task FollowAsync(IReadOnlyList<ReplicaStamp> tombstones, IHashRing ring, CancellationToken cancellationToken)
    {
        if (tombstones.Count > 0 && clock.MayDestroyByAge && membership.View.Ring == ring && self() is { } own)
        {
            await ForgetAsync([.. tombstones.Where(tombstone => HaveAllFinishedSince(tombstone.DeletedAt + retention, own))], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ForgetAsync(List<ReplicaStamp> ready, CancellationToken cancellationToken)
    {
        if (ready.Count == 0)
        {
            return;
        }
        // What this rests on is remembered for as long as it matters: a machine with an older disk is known by it.
        await rounds.KeepAsync(all: true, cancellationToken).ConfigureAwait(false);
        foreach (var old in ready)
        {
            store.Forget(old.Id);
            if (store.Find(old.Id) is { IsForgotten: true } tombstone)
            {
                _forgotten.Enqueue((tombstone, time.GetTimestamp()));
            }
        }
        Forgot(logger, ready.Count);
    }

    /// <summary>Tombstones of a partition whose time has come. Those that are old enough are noted first, when all owners hold them; then the rounds of all machines are waited for.</summary>
    private ReplicaStamp[] Ready(int partition, PassResult pass, MachineId own)
    {
        if (_waiting.TryGetValue(partition, out var waiting) && waiting.Ring == pass.Ring)
        {
            if (!HaveAllFinishedSince(waiting.HeldSince, own))
            {
                return [];
            }
            _waiting.Remove(partition);
            return waiting.Tombstones;
        }
        _waiting.Remove(partition);
        var now = time.GetUtcNow();
        ReplicaStamp[] old = [.. store.ListPartition(partition)
            .Where(stamp => stamp is { State: ReplicaState.Deleted, IsForgotten: false } && now - stamp.DeletedAt > retention)];
        if (old.Length > 0 && pass.DeletesAgreed.Contains(partition))
        {
            _waiting[partition] = new(pass.Ring, now, old);
        }
        return [];
    }

    /// <summary>True when every machine that was not removed has finished a round that began, by its own clock less a day, after that.</summary>
    private bool HaveAllFinishedSince(DateTimeOffset since, MachineId own)
    {
        var view = membership.View;
        return view.Silent.IsEmpty && view.Asked.All(machine => (machine == own ? rounds.Own : rounds.Of(machine)) - since > Day);
    }

    private async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        while (_forgotten.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Day)
        {
            await store.RemoveAsync(oldest.Tombstone, () => true, cancellationToken).ConfigureAwait(false);
            _forgotten.Dequeue();
        }
    }

    [LoggerMessage(Diagnostics.LogEvents.TombstonesForgotten, LogLevel.Information, "Deletes forgotten, older than the retention and known to every machine that could hold what was deleted: {Count}.", EventName = nameof(Forgot))]
    private static partial void Forgot(ILogger logger, int count);

    private sealed record Waiting(IHashRing Ring, DateTimeOffset HeldSince, ReplicaStamp[] Tombstones);
}
