using System.Globalization;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>The cluster as this machine sees it.</summary>
internal sealed class StatusReport(
    LightDfsOptions options, IReplicaStore store, Self self, MembershipState membership, PeerDirectory directory, PeerDiscovery discovery, Problems problems, DateTimeOffset started) : ICluster
{
    public ClusterStatus Status
    {
        get
        {
            var view = membership.View;
            var notReady = self.NotServingBecause ?? (discovery.Ready.IsCompleted ? null : "it is starting");
            return new ClusterStatus
            {
                Name = options.ClusterName,
                ClusterId = self.Cluster?.ToString("x32", CultureInfo.InvariantCulture),
                Self = self.Id,
                IsReady = notReady is null,
                NotReadyBecause = notReady,
                Members = view.Members,
                Copies = view.Copies,
                WriteQuorum = view.Quorum,
                RingFingerprint = view.Ring.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
                Machines = [.. view.Map.Entries.Values.Select(entry => Describe(entry, view.OwnedBy(entry.Id))), .. view.Silent.Select(Describe)],
                Problems = self.IsOpen && store.Usage.Failure is { } failure ? [failure, .. problems.All] : problems.All,
            };
        }
    }

    private MachineStatus Describe(MachineEntry entry, int owned) => entry.Id == self.Id ? Self(entry, owned) : Peer(entry, owned);

    private MachineStatus Self(MachineEntry entry, int owned)
    {
        var usage = self.IsOpen ? store.Usage : default;
        return new MachineStatus
        {
            Id = entry.Id,
            Addresses = self.Addresses,
            IsSelf = true,
            State = MachineState.Up,
            Why = "it is this machine",
            Since = started,
            Zone = entry.Self.Value.Zone,
            Weight = entry.Self.Value.Weight,
            OwnedPartitions = owned,
            Replicas = usage.Replicas,
            Bytes = usage.Bytes,
            IsFull = usage.IsFull,
            ClockAhead = TimeSpan.Zero,
        };
    }

    private MachineStatus Peer(MachineEntry entry, int owned)
    {
        var seen = directory.Of(entry.Id).View;
        return new MachineStatus
        {
            Id = entry.Id,
            Addresses = [.. entry.Self.Value.Addresses.OrderBy(address => address != seen.Address)],
            IsSelf = false,
            State = seen.State,
            Why = seen.Why,
            Since = seen.Since,
            Zone = entry.Self.Value.Zone,
            Weight = entry.Self.Value.Weight,
            OwnedPartitions = owned,
            Replicas = seen.Report?.Replicas,
            Bytes = seen.Report?.Bytes,
            IsFull = seen.Report is { IsFull: true },
            ClockAhead = seen.ClockAhead,
        };
    }

    private MachineStatus Describe(string silent) => new()
    {
        Id = null,
        Addresses = [silent],
        IsSelf = false,
        State = MachineState.NeverAnswered,
        Why = discovery.WhySilent(silent),
        Since = null,
        Zone = "",
        Weight = 0,
        OwnedPartitions = 0,
        Replicas = null,
        Bytes = null,
        IsFull = false,
        ClockAhead = null,
    };
}
