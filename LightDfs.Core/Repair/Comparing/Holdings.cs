using LightDfs.Cluster;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Repair.Comparing;

/// <summary>What this machine holds, as it is compared with what other owners hold.</summary>
internal sealed class Holdings(IReplicaStore store, MembershipState membership, RecentWrites recent, Func<MachineId?> self)
{
    /// <summary>The tree of what this machine and another one both own.</summary>
    public DigestTree SharedWith(MachineId other, IHashRing ring) =>
        new(store.ListPartitions(), partition => self() is { } own && ring.IsOwner(partition, own) && ring.IsOwner(partition, other));

    public IReadOnlyList<HeldEntry> Of(int partition) => [.. store.ListPartition(partition).Select(stamp => new HeldEntry(stamp, recent.Contains(stamp.Id)))];

    public IHashRing Ring => membership.View.Ring;
}
