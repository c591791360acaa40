using System.Collections.Concurrent;
using LightDfs.Identity;
using LightDfs.Ring;

namespace LightDfs.Repair;

/// <summary>What one pass over all that this machine holds found, and left.</summary>
internal sealed class PassResult(IHashRing ring, DateTimeOffset begun, int copies)
{
    /// <summary>The ring that it was made under.</summary>
    public IHashRing Ring { get; } = ring;

    /// <summary>When it began, by this machine's clock.</summary>
    public DateTimeOffset Begun { get; } = begun;

    /// <summary>Machines that could not be compared with, or did not take copies, and why.</summary>
    public Dictionary<MachineId, string> Failures { get; } = [];

    /// <summary>How often machines refused copies, and why last.</summary>
    public ConcurrentDictionary<MachineId, (int Count, string Reason)> Refusals { get; } = [];

    /// <summary>Copies that others lack of what clients wrote a moment ago: they may be on their way, and are left alone.</summary>
    public long Recent { get; set; }

    /// <summary>Copies that others lack, and did not get from this machine.</summary>
    public long Missing { get; set; }

    /// <summary>Of those, what it was another machine's turn to send.</summary>
    public long LeftToOthers { get; set; }

    /// <summary>Things held here that belong elsewhere.</summary>
    public long Strays { get; set; }

    /// <summary>Things sent, taken, dropped or set aside.</summary>
    public long Done { get; set; }

    /// <summary>True while everything held was compared with an owner of its partition.</summary>
    public bool IsRound { get; set; } = true;

    /// <summary>True while everything held was compared with all other owners of its partition.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Of the partitions that this machine is the first living owner of: at index k those with k verified copies, the last index all of them.</summary>
    public long[] PartitionsByCopies { get; } = new long[copies + 1];

    /// <summary>Of the same partitions, their replicas by verified copies.</summary>
    public long[] ReplicasByCopies { get; } = new long[copies + 1];

    /// <summary>Partitions in which all owners know of the same deletes.</summary>
    public PartitionSet DeletesAgreed { get; } = PartitionSet.None();

    /// <summary>True when nothing was to be done, and nothing is left.</summary>
    public bool IsIdle => Done == 0 && Missing == 0 && Recent == 0 && Strays == 0 && Failures.Count == 0;
}
