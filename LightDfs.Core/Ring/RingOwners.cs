namespace LightDfs.Ring;

/// <summary>Who owns what, asked of a ring by machine ids.</summary>
internal static class RingOwners
{
    public static bool IsOwner(this IHashRing ring, int partition, MachineId machine)
    {
        var members = ring.Members;
        foreach (var owner in members.IsEmpty ? default : ring.OwnersOf(partition))
        {
            if (members[owner].Id == machine)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The owners, best first; none when the ring is empty.</summary>
    public static MachineId[] OwnerIdsOf(this IHashRing ring, int partition)
    {
        var members = ring.Members;
        if (members.IsEmpty)
        {
            return [];
        }
        var owners = ring.OwnersOf(partition);
        var ids = new MachineId[owners.Length];
        for (var at = 0; at < ids.Length; at++)
        {
            ids[at] = members[owners[at]].Id;
        }
        return ids;
    }
}
