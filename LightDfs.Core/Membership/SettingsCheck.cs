using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>Compares the settings that must agree with what another machine told of its own. While they differ, the two do not compare, move or drop replicas.</summary>
internal sealed class SettingsCheck(PeerDirectory directory, PeerReport own, Problems problems)
{
    /// <summary>Settings that must agree, and do not; <see langword="null"/> when all do.</summary>
    public static string? Difference(PeerReport own, PeerReport told)
    {
        var differences = new List<string>();
        void Compare<T>(string option, T here, T there)
        {
            if (!EqualityComparer<T>.Default.Equals(here, there))
            {
                differences.Add($"{option} {there} (here {here})");
            }
        }
        Compare("LightDfs:Replicas", own.ReplicaSetting, told.ReplicaSetting);
        Compare("LightDfs:SegmentSize", own.SegmentSize, told.SegmentSize);
        Compare("hash ring", own.RingKind, told.RingKind);
        Compare("partition bits", own.PartitionBits, told.PartitionBits);
        Compare("segment format", own.SegmentFormat, told.SegmentFormat);
        return differences.Count == 0 ? null : string.Join(", ", differences);
    }

    /// <summary>In which settings another machine, by what it told, differs from this one; <see langword="null"/> for none.</summary>
    public string? DifferenceOf(PeerReport told) => Difference(own, told);

    /// <summary>True when the present run of a machine told settings that agree with this machine's.</summary>
    public bool AgreesWith(MachineId machine) => directory.Of(machine).View.Report is { } told && DifferenceOf(told) is null;

    /// <summary>True when a machine is known to run, or to have run last, with other settings.</summary>
    public bool DiffersFrom(MachineId machine) => directory.Of(machine).View.Report is { } told && DifferenceOf(told) is not null;

    /// <summary>Why this machine does not compare, move or drop replicas with another one now; <see langword="null"/> when it does.</summary>
    public string? WhyNotMended(Peer peer) => !peer.IsUp ? peer.View.Why : !AgreesWith(peer.Id) ? "its settings differ, or it has not told them yet" : null;

    /// <summary>Why a machine that asks for that is refused; <see langword="null"/> when it is not.</summary>
    public string? RefusalOf(MachineId sender) => AgreesWith(sender) ? null : "its settings differ, or are not known yet";

    /// <summary>Reports or ends a difference, by what a machine told.</summary>
    public void Heard(Peer peer, PeerReport told) => problems.Set(
        $"settings {peer.Id}",
        DifferenceOf(told) is { } difference
            ? $"Machine '{peer.Id}' at '{peer.View.Address}' runs with {difference}. These must be equal on all machines: change one side, and restart it. Until then the two serve, but do not mend each other's copies."
            : null);
}
