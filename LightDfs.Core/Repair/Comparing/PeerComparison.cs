using LightDfs.Cluster;
using LightDfs.Peers;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Comparing;

/// <summary>Compares what this machine holds with what another owner does, down the tree to the partitions that differ.</summary>
internal sealed class PeerComparison(Holdings holdings, PeerClient client, RoundMemory rounds)
{
    /// <summary>Groups asked about in one question: about 1 MiB of digests.</summary>
    private const int GroupsAtOnce = 128;

    /// <summary>The partitions that both own and hold unlike.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    /// <exception cref="PeerRefusedException">It cannot compare now: it has another ring, or other settings.</exception>
    public async Task<IReadOnlyList<DifferingPartition>> CompareAsync(Peer peer, IHashRing ring, CancellationToken cancellationToken)
    {
        var own = holdings.SharedWith(peer.Id, ring);
        var (isEqual, message) = await AskAsync(peer, ring, ComparisonLevel.All, own.Root, default, cancellationToken).ConfigureAwait(false);
        if (isEqual)
        {
            return [];
        }
        if (!ComparisonWire.TryReadGroups(message.Span, out var theirs))
        {
            throw new PeerRefusedException("its digests cannot be read");
        }
        var differing = new List<DifferingPartition>();
        foreach (var groups in Enumerable.Range(0, DigestTree.Groups).Where(group => own.OfGroup(group) != theirs[group]).Chunk(GroupsAtOnce))
        {
            (_, message) = await AskAsync(peer, ring, ComparisonLevel.Groups, 0, ComparisonWire.Numbers(groups), cancellationToken).ConfigureAwait(false);
            if (!ComparisonWire.TryReadPartitions(message.Span, groups, out var digests))
            {
                throw new PeerRefusedException("its digests cannot be read");
            }
            foreach (var (partition, digest) in digests.OrderBy(pair => pair.Key))
            {
                var mine = own.OfPartition(partition);
                if (digest != mine)
                {
                    differing.Add(new(partition, digest.Deleted == mine.Deleted, digest.Present == 0));
                }
            }
        }
        return differing;
    }

    /// <summary>What the peer holds of these partitions, a part of them after the other. Numbers in order.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    /// <exception cref="PeerRefusedException">It cannot tell now.</exception>
    public async Task<Dictionary<int, HeldEntry[]>> ListAsync(Peer peer, IHashRing ring, IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        var all = new Dictionary<int, HeldEntry[]>(partitions.Count);
        while (all.Count < partitions.Count)
        {
            int[] left = [.. partitions.Skip(all.Count)];
            var (_, message) = await AskAsync(peer, ring, ComparisonLevel.Partitions, 0, ComparisonWire.Numbers(left), cancellationToken).ConfigureAwait(false);
            if (!ComparisonWire.TryReadListing(message.Span, left, out var listing))
            {
                throw new PeerRefusedException("what it holds cannot be read");
            }
            foreach (var (partition, held) in listing)
            {
                all[partition] = held;
            }
        }
        return all;
    }

    private async Task<(bool IsEqual, ReadOnlyMemory<byte> Message)> AskAsync(
        Peer peer, IHashRing ring, ComparisonLevel level, UInt128 root, ReadOnlyMemory<byte> numbers, CancellationToken cancellationToken)
    {
        var body = numbers.IsEmpty ? null : new PeerBody(numbers);
        var answer = await client.CallAsync(
            peer, Operation.Compare, ComparisonWire.Question(ring.Fingerprint, level, root), body, TransferTimeouts.Question, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status != PeerStatus.Ok)
            {
                throw new PeerRefusedException(answer);
            }
            if (!ComparisonWire.TryReadAnswer(answer.Payload.Span, out var head))
            {
                throw new PeerRefusedException("its comparison cannot be read");
            }
            rounds.Reminded(peer.Id, head.Remembered);
            return (head.IsEqual, await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}

/// <summary>A partition that two owners hold unlike.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="AreDeletesEqual">True when they know of the same deletes.</param>
/// <param name="IsEmpty">True when the other one has no good replica of it.</param>
internal readonly record struct DifferingPartition(int Partition, bool AreDeletesEqual, bool IsEmpty);
