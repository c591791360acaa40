using System.Diagnostics.CodeAnalysis;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>What a machine holds of one partition in good state: how many replicas, their bytes, and the digest that equal holdings share.</summary>
internal readonly record struct Holding(long Replicas, long Bytes, UInt128 Digest)
{
    private const int EncodedLength = 4 + 8 + 8 + 16;

    /// <summary>What a store holds, by partition; empty ones are left out.</summary>
    public static SortedDictionary<int, Holding> Of(IReplicaStore store)
    {
        var holdings = new SortedDictionary<int, Holding>();
        foreach (var held in store.ListPartitions().Where(held => held.Digest.Present != 0))
        {
            var present = store.ListPartition(held.Partition).Where(stamp => stamp.State == ReplicaState.Present).ToList();
            holdings[held.Partition] = new(present.Count, present.Sum(stamp => stamp.Length), held.Digest.Present);
        }
        return holdings;
    }

    public static ReadOnlyMemory<byte> Encode(SortedDictionary<int, Holding> holdings)
    {
        var to = new WireWriter().Int32(holdings.Count);
        foreach (var (partition, holding) in holdings)
        {
            to.Int32(partition).Int64(holding.Replicas).Int64(holding.Bytes).UInt128(holding.Digest);
        }
        return to.Written;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SortedDictionary<int, Holding>? holdings)
    {
        holdings = [];
        var from = new WireReader(bytes);
        var last = -1;
        for (var count = from.Count(EncodedLength); count > 0 && !from.HasFailed; count--)
        {
            var partition = from.Int32();
            var holding = new Holding(from.Int64(), from.Int64(), from.UInt128());
            if (partition <= last || partition >= Partitions.Count || holding.Replicas < 0 || holding.Bytes < 0)
            {
                from.Fail();
                break;
            }
            holdings[last = partition] = holding;
        }
        if (from.IsComplete)
        {
            return true;
        }
        holdings = null;
        return false;
    }
}
