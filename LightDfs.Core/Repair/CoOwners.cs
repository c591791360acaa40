using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair;

/// <summary>
/// Compares what this machine owns with the other owners, takes the deletes that it lacks, and sends what they lack. What it lacks itself they send, for they do the same.
/// </summary>
internal sealed class CoOwners(
    IReplicaStore store, Holdings holdings, PeerComparison comparison, PeerDirectory directory, SettingsCheck settings, MendBatch batch, TombstoneForgetting forgetting, LoneDamage damage,
    ClashReport clashes)
{
    private const int PartitionsAtOnce = 256;

    /// <param name="result">What is found goes here.</param>
    /// <param name="others">The machines to compare with: all that own a copy of what this one does, at least.</param>
    /// <param name="own">This machine.</param>
    /// <param name="isSourceOf">Asked once all were compared: false for what may have been deleted and forgotten without this machine, null while that is not known.</param>
    /// <param name="isPatient">True to leave to others what it is their turn to send.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(PassResult result, IReadOnlyList<MachineId> others, MachineId own, Func<FileId, bool?> isSourceOf, bool isPatient, CancellationToken cancellationToken)
    {
        var differing = new Dictionary<MachineId, Dictionary<int, DifferingPartition>>();
        foreach (var machine in others)
        {
            if (await CompareAsync(result, directory.Of(machine), cancellationToken).ConfigureAwait(false) is { } found)
            {
                differing[machine] = found.ToDictionary(one => one.Partition);
            }
        }
        foreach (var partitions in MostUrgentFirst(differing).Chunk(PartitionsAtOnce))
        {
            var listings = await ListAsync(result, differing, partitions, cancellationToken).ConfigureAwait(false);
            await MendAsync(result, own, partitions, differing, listings, isSourceOf, isPatient, cancellationToken).ConfigureAwait(false);
        }
        Count(result, own, differing);
    }

    /// <summary>Where deletes differ first, then where the most owners do.</summary>
    private static IEnumerable<int> MostUrgentFirst(Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing) => differing.Values.SelectMany(one => one.Values)
        .GroupBy(one => one.Partition)
        .OrderBy(found => found.All(one => one.AreDeletesEqual)).ThenByDescending(found => found.Count()).ThenBy(found => found.Key)
        .Select(found => found.Key);

    private async Task<IReadOnlyList<DifferingPartition>?> CompareAsync(PassResult result, Peer peer, CancellationToken cancellationToken)
    {
        if (settings.WhyNotMended(peer) is { } why)
        {
            result.Failures[peer.Id] = why;
            return null;
        }
        try
        {
            return await comparison.CompareAsync(peer, result.Ring, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is PeerUnreachableException or PeerRefusedException)
        {
            result.Failures[peer.Id] = cause.Message;
            return null;
        }
    }

    /// <summary>What each machine that differs in some of the partitions holds of those.</summary>
    private async Task<Dictionary<MachineId, Dictionary<int, HeldEntry[]>>> ListAsync(
        PassResult result, Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing, int[] partitions, CancellationToken cancellationToken)
    {
        var listings = new Dictionary<MachineId, Dictionary<int, HeldEntry[]>>();
        foreach (var machine in differing.Keys.Order().ToArray())
        {
            int[] asked = [.. partitions.Where(differing[machine].ContainsKey).Order()];
            try
            {
                listings[machine] = asked.Length == 0 ? [] : await comparison.ListAsync(directory.Of(machine), result.Ring, asked, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is PeerUnreachableException or PeerRefusedException)
            {
                // What it holds is not known any more.
                result.Failures[machine] = cause.Message;
                differing.Remove(machine);
            }
        }
        return listings;
    }

    private async Task MendAsync(
        PassResult result, MachineId own, int[] partitions, Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing,
        Dictionary<MachineId, Dictionary<int, HeldEntry[]>> listings, Func<FileId, bool?> isSourceOf, bool isPatient, CancellationToken cancellationToken)
    {
        var owners = Array.ConvertAll(partitions, partition =>
            (Partition: partition, Others: result.Ring.OwnerIdsOf(partition).Where(owner => owner != own).Select(owner => new OtherOwner(owner, differing, listings, partition)).ToArray()));
        await TakeDeletesAsync(result, owners.SelectMany(one => one.Others), cancellationToken).ConfigureAwait(false);
        var work = new List<MendWork>();
        foreach (var (partition, others) in owners)
        {
            foreach (var mine in holdings.Of(partition).Where(mine => !mine.Stamp.IsForgotten))
            {
                if (mine.Stamp.State == ReplicaState.Damaged)
                {
                    result.Done += !mine.IsRecent && Array.Exists(others, other => other.Exceeds(mine.Stamp))
                        && await damage.SetAsideAsync(mine.Stamp, result.Ring, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                    continue;
                }
                if (Array.Exists(others, other => other.Clashes(mine.Stamp)))
                {
                    clashes.Found(mine.Stamp.Id);
                }
                if (mine.IsRecent)
                {
                    result.Recent += others.Count(other => other.Lacks(mine.Stamp));
                    continue;
                }
                if (others.Length > 0 && mine.Stamp.State == ReplicaState.Present && Array.TrueForAll(others, other => !other.Knows(mine.Stamp.Id)) && isSourceOf(mine.Stamp.Id) is not true and var isSource)
                {
                    result.Missing += isSource is null ? others.Count(other => other.Lacks(mine.Stamp)) : 0;
                    result.Done += isSource == false && Array.TrueForAll(others, other => other.IsKnown)
                        && await store.SetAsideAsync(mine.Stamp, SetAsideReason.Unknown, () => holdings.Ring == result.Ring, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                    continue;
                }
                Plan(mine.Stamp, own, others, work);
            }
        }
        var ours = isPatient ? work.FindAll(one => one.IsOurs) : work;
        var sent = await batch.RunAsync(result, ours, cancellationToken).ConfigureAwait(false);
        result.LeftToOthers += work.Count - ours.Count;
        result.Missing += work.Count - sent;
    }

    /// <summary>A delete is taken at once: it costs no transfer, and what is deleted is not to be served.</summary>
    private async Task TakeDeletesAsync(PassResult result, IEnumerable<OtherOwner> others, CancellationToken cancellationToken)
    {
        var forgotten = new List<ReplicaStamp>();
        foreach (var told in others.SelectMany(other => other.Listed).Where(told => told.Stamp.State == ReplicaState.Deleted))
        {
            var here = store.Find(told.Stamp.Id);
            // A forgotten one is told no further, but ends what it meets.
            if (told.Stamp.IsForgotten ? here is { State: not ReplicaState.Deleted } : here is not { State: ReplicaState.Deleted })
            {
                await store.DeleteAsync(told.Stamp.Id, told.Stamp.DeletedAt, cancellationToken).ConfigureAwait(false);
                result.Done++;
            }
            if (told.Stamp.IsForgotten && store.Find(told.Stamp.Id) is { State: ReplicaState.Deleted, IsForgotten: false } tombstone)
            {
                forgotten.Add(tombstone);
            }
        }
        await forgetting.FollowAsync(forgotten, result.Ring, cancellationToken).ConfigureAwait(false);
    }

    private void Plan(ReplicaStamp mine, MachineId own, OtherOwner[] others, List<MendWork> work)
    {
        var holders = others.Where(other => other.Holds(mine)).Select(other => other.Machine).Append(own).Order().ToArray();
        foreach (var other in others)
        {
            if (other.Lacks(mine))
            {
                work.Add(new(directory.Of(other.Machine), mine, holders.Length, MendWork.TurnOf(mine.Id, holders) == own));
            }
        }
    }

    /// <summary>What is known of the owned partitions once all were compared.</summary>
    private void Count(PassResult result, MachineId own, Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing)
    {
        foreach (var held in store.ListPartitions())
        {
            var owners = result.Ring.OwnerIdsOf(held.Partition);
            if (!owners.Contains(own))
            {
                continue;
            }
            var others = owners.Where(owner => owner != own).ToArray();
            var known = others.Count(differing.ContainsKey);
            result.IsRound &= known > 0 || others.Length == 0;
            result.IsComplete &= known == others.Length;
            if (known == others.Length && others.All(other => !differing[other].TryGetValue(held.Partition, out var found) || found.AreDeletesEqual))
            {
                result.DeletesAgreed.Add(held.Partition);
            }
            if (FirstHolder(owners, held, own, differing) == own)
            {
                var alike = others.Count(other => differing.TryGetValue(other, out var found) && !found.ContainsKey(held.Partition));
                var copies = Math.Min(1 + alike, result.PartitionsByCopies.Length - 1);
                result.PartitionsByCopies[copies]++;
                result.ReplicasByCopies[copies] += held.Replicas;
            }
        }
    }

    /// <summary>The first living owner that holds anything of a partition, as far as is known: it alone counts it.</summary>
    private MachineId FirstHolder(MachineId[] owners, HeldPartition held, MachineId own, Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing)
    {
        var living = Array.FindAll(owners, owner => owner == own || directory.Of(owner).IsUp);
        return living.Where(owner => !IsEmpty(owner)).DefaultIfEmpty(living[0]).First();

        bool IsEmpty(MachineId owner) => owner != own && differing.TryGetValue(owner, out var found) && found.TryGetValue(held.Partition, out var one) ? one.IsEmpty : held.Digest.Present == 0;
    }

    /// <summary>Another owner of a partition, and what it holds of it.</summary>
    private readonly struct OtherOwner(
        MachineId machine, Dictionary<MachineId, Dictionary<int, DifferingPartition>> differing, Dictionary<MachineId, Dictionary<int, HeldEntry[]>> listings, int partition)
    {
        private readonly bool _isDifferent = differing.TryGetValue(machine, out var found) && found.ContainsKey(partition);

        public MachineId Machine { get; } = machine;

        /// <summary>True when it was compared, so that it is known what it holds.</summary>
        public bool IsKnown { get; } = differing.ContainsKey(machine);

        /// <summary>What it told, in id order; nothing where it holds the same, or is not known.</summary>
        public HeldEntry[] Listed { get; } = listings.TryGetValue(machine, out var listing) && listing.TryGetValue(partition, out var held) ? held : [];

        /// <summary>True when it is known to hold exactly this.</summary>
        public bool Holds(ReplicaStamp mine) => IsKnown && (!_isDifferent || (EntryOf(mine.Id) is { } entry && entry.State == mine.State && entry.Version == mine.Version));

        /// <summary>True when it has anything under this id, be it damaged or of another version.</summary>
        public bool Knows(FileId id) => IsKnown && (!_isDifferent || EntryOf(id) is not null);

        /// <summary>True when it is to get this.</summary>
        public bool Lacks(ReplicaStamp mine) => _isDifferent && IsKnown
            && (mine.State == ReplicaState.Deleted ? EntryOf(mine.Id) is not { State: ReplicaState.Deleted } : CommitRule.Refusal(EntryOf(mine.Id), mine.Version, CommitMode.Mend) is null);

        /// <summary>True when it has a larger version of this, which is damaged here and of a version that is known.</summary>
        public bool Exceeds(ReplicaStamp damaged) => damaged.Version != 0 && EntryOf(damaged.Id) is { State: ReplicaState.Present } other && other.Version > damaged.Version;

        public bool Clashes(ReplicaStamp mine) =>
            _isDifferent && mine.State == ReplicaState.Present && EntryOf(mine.Id) is { State: ReplicaState.Present } other && other.Version != mine.Version;

        private ReplicaStamp? EntryOf(FileId id)
        {
            var at = Array.BinarySearch(Listed, new HeldEntry(new ReplicaStamp(id, default, 0, 0, default), false), ById);
            return at < 0 ? null : Listed[at].Stamp;
        }

        private static IComparer<HeldEntry> ById { get; } = Comparer<HeldEntry>.Create((one, other) => one.Stamp.Id.CompareTo(other.Stamp.Id));
    }
}
