using System.Globalization;
using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>The cluster as this machine sees it.</summary>
internal sealed class StatusReport(
    LightDfsOptions options, Self self, MembershipState membership, PeerDirectory directory, PeerDiscovery discovery, Func<string?> catchingUp, Problems problems, DateTimeOffset started, Func<PeerReport> report,
    WhyOfMachine why, SilenceProblems silence, Func<RepairStatus> repair, Func<string?> storeTrouble, TimeProvider time)
{
    private readonly LiveOwners _liveOwners = new();

    public ClusterStatus Now
    {
        get
        {
            var view = membership.View;
            // Nothing is known of the store before it is open.
            var own = self.IsOpen ? report() : null;
            var notReady = discovery.NotServingBecause ?? (discovery.Ready.IsCompleted ? catchingUp() : "it is starting");
            MachineStatus[] machines = [.. view.Map.Entries.Values.Select(entry => Describe(entry, view.Shares.CountOf(entry.Id), own, view.Members)), .. view.Silent.Select(Describe)];
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
                PartitionsByLiveOwners = _liveOwners.Count(view, machine => machine == self.Id || directory.Of(machine).IsUp),
                Machines = machines,
                Repair = repair(),
                Problems = [.. ProblemsOfStore(own), .. problems.All, .. silence.Of(machines)],
            };
        }
    }

    private IEnumerable<string> ProblemsOfStore(PeerReport? own)
    {
        if (own is { Failure.Length: > 0 })
        {
            yield return own.Failure;
        }
        if (own is not null && storeTrouble() is { } trouble)
        {
            yield return trouble;
        }
    }

    private MachineStatus Describe(MachineEntry entry, int owned, PeerReport? own, int members)
    {
        var isSelf = entry.Id == self.Id;
        var seen = isSelf ? OfSelf(own) : directory.Of(entry.Id).View;
        var told = seen.Report;
        return new MachineStatus
        {
            Id = entry.Id,
            Addresses = isSelf ? self.Addresses.Announced : [.. entry.Self.Value.Addresses.OrderBy(address => address != seen.Address)],
            IsSelf = isSelf,
            State = seen.State,
            Why = why.Of(entry, seen, members),
            Since = seen.Since,
            Started = told?.Started,
            IsServing = told is { IsServing: true },
            Zone = entry.Self.Value.Zone,
            Weight = entry.Self.Value.Weight,
            OwnedPartitions = owned,
            Replicas = told?.Replicas,
            Damaged = told?.Damaged,
            VerifiedSince = told is { VerifiedSince: var since } && since != default ? since : null,
            Tombstones = told?.Tombstones,
            Bytes = told?.Bytes,
            FreeBytes = told?.FreeBytes,
            IsFull = told is { IsFull: true },
            Failure = told is { Failure.Length: > 0 } ? told.Failure : null,
            DifferentSettings = own is null || told is null ? null : SettingsCheck.Difference(own, told),
            ClockAhead = seen.ClockAhead,
            Intent = entry.Wanted.Value switch
            {
                WantedState.Active => MachineIntent.Active,
                WantedState.Draining => MachineIntent.Draining,
                _ => MachineIntent.Removed,
            },
            IsOut = entry.Out.Value,
            AwayUntil = entry.Self.Value.AwayAt(time.GetUtcNow()),
            IsLeaving = told is { IsLeaving: true },
            Strays = told?.Strays,
            Missing = told?.Missing,
            SetAside = told?.SetAside,
            RoundBegun = told is { RoundBegun: var begun } && begun != default ? begun : null,
        };
    }

    private PeerView OfSelf(PeerReport? own) => new() { State = MachineState.Up, Why = "it is this machine", Since = started, Report = own, ClockAhead = TimeSpan.Zero };

    private MachineStatus Describe(string silent) => new()
    {
        Id = null,
        Addresses = [silent],
        IsSelf = false,
        State = MachineState.NeverAnswered,
        Why = discovery.WhySilent(silent),
        Since = null,
        Started = null,
        IsServing = false,
        Zone = "",
        Weight = 0,
        OwnedPartitions = 0,
        Replicas = null,
        Damaged = null,
        VerifiedSince = null,
        Tombstones = null,
        Bytes = null,
        FreeBytes = null,
        IsFull = false,
        Failure = null,
        DifferentSettings = null,
        ClockAhead = null,
    };
}
