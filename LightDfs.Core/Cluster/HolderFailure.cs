namespace LightDfs.Cluster;

/// <summary>Tells a machine's failure from a mistake of ours.</summary>
internal static class HolderFailure
{
    /// <summary>The failure; <see langword="null"/> for an exception that is no machine's failure, and must not be hidden.</summary>
    public static MachineFailure? Of(IReplicaHolder holder, Exception cause) => cause switch
    {
        Peers.PeerUnreachableException unreachable => new(holder.Machine, holder.Address, unreachable.Reason),
        LightDfsException or IOException or InvalidDataException => new(holder.Machine, holder.Address, cause.Message),
        _ => null,
    };
}
