using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>One copy that is to be sent.</summary>
/// <param name="To">Who lacks it.</param>
/// <param name="Stamp">What.</param>
/// <param name="Copies">Machines that are known to have it, this one counted.</param>
/// <param name="IsOurs">True when it is this machine's turn to send it; other machines that have it may.</param>
internal readonly record struct MendWork(Peer To, ReplicaStamp Stamp, int Copies, bool IsOurs)
{
    /// <summary>Tombstones first; then what has the fewest copies.</summary>
    public static IComparer<MendWork> MostUrgent { get; } = Comparer<MendWork>.Create((one, other) =>
        one.Stamp.State == ReplicaState.Deleted != (other.Stamp.State == ReplicaState.Deleted) ? (one.Stamp.State == ReplicaState.Deleted ? -1 : 1)
        : one.Copies != other.Copies ? one.Copies.CompareTo(other.Copies)
        : one.IsOurs != other.IsOurs ? (one.IsOurs ? -1 : 1)
        : one.Stamp.Id.CompareTo(other.Stamp.Id) is var order && order != 0 ? order
        : one.To.Id.CompareTo(other.To.Id));

    /// <summary>Whose turn it is to send something that several machines have: they share the work so without talking.</summary>
    public static MachineId TurnOf(FileId id, IReadOnlyList<MachineId> holders) => holders[(int)(id.Value % (uint)holders.Count)];
}
