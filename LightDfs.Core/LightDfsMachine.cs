using System.Diagnostics.Metrics;
using LightDfs.Chance;
using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Repair.Rounds;
using LightDfs.Repair.Expiring;
using LightDfs.Repair.Scrubbing;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs;

/// <summary>Everything that one machine of the cluster is. A host app has one; a test cluster has many in one process.</summary>
internal sealed partial class LightDfsMachine : IAsyncDisposable
{
    private readonly Meter _meter = new("LightDfs");
    private readonly Problems _problems;
    private readonly MembershipState _membership;
    private readonly ClusterIds _clusters;
    private readonly Self _self;
    private readonly PeerDiscovery _discovery;
    private readonly Heartbeats _heartbeats;
    private readonly Downtimes _downtimes;
    private readonly TransferBudget _budget;
    private readonly StartPatience _patience;
    private readonly RepairPace _pace;
    private readonly RoundMemory _rounds;
    private readonly ReplicaSender _sender;
    private readonly DateTimeOffset _started;
    private readonly PeerReport _atStart;

    public LightDfsMachine(LightDfsMachineParts parts)
    {
        Parts = parts;
        var (options, store, time, random) = (parts.Options, parts.Store, parts.Time, parts.Random);
        var keys = new ClusterKeys(options.ClusterName, options.ClusterKey, options.PreviousClusterKey);
        _started = time.GetUtcNow();
        _atStart = ReportAtStart(parts, _started);
        var load = new ClientLoad(time);
        _pace = new RepairPace(load, time);
        var problems = _problems = new Problems(time, Logger<Problems>());
        var damage = new DamageReport(_meter, Logger<DamageReport>());
        var clashes = new ClashReport(_meter, problems, Logger<ClashReport>());

        _membership = new MembershipState(store, parts.RingPrototype, options.Replicas, Logger<MembershipState>(), parts.Beats.MostForAll);
        Directory = new PeerDirectory(time);
        _downtimes = new Downtimes(_membership, Directory, () => _self!.Id, time);
        var listed = new ListedAddresses();
        var addresses = new OwnAddresses(options.AdvertisedAddress, parts.Transport, listed);
        var runs = new Runs(Directory, _membership, problems);
        _clusters = new ClusterIds(store, _membership, problems, random);
        _self = new Self(options, random.NextUInt64(), _membership, _clusters, addresses, runs, new Sightings(problems, time), time);
        var rules = new AddressRules(parts.Transport, keys.IsOpen, () => listed.AreAll(parts.Transport.IsProtected));
        var client = new PeerClient(parts.Transport, rules, keys, _self, Directory, time, Logger<PeerClient>());
        runs.Ask = (address, cancellationToken) => client.WhoAnswersAsync(address, ControlTimeouts.Answer, cancellationToken, withMap: !_membership.View.IsLarge);
        var blanks = new BlankMachines(_membership, Directory, problems);
        var twins = new Twins(_self, problems);
        var introductions = new Introductions(client, _membership, listed, addresses, parts.Transport, options.AllowUnlistedMachines, time, Logger<Introductions>(), _stop.Token);
        Settings = new SettingsCheck(Directory, _atStart, problems);
        Grace = new GraceRule(options.ReplaceAfter, options.Replicas, _self, _membership, Directory, Settings, time, Logger<GraceRule>());
        _heartbeats = new Heartbeats(
            client, _self, _membership, introductions, Settings, Report, problems,
            new BeatPlan(parts.Beats, Directory, new VotePoll(options.ReplaceAfter, options.Replicas, Directory, time)), parts.Beats.Maps, time, Logger<Heartbeats>());
        _patience = new StartPatience(options.StartTimeout, time);
        var silence = new StartSilence(_membership, Directory, () => _patience.Left, time, Logger<StartSilence>());
        _discovery = new PeerDiscovery(
            parts.Peers, parts.Transport, client, _self, _membership, _heartbeats, introductions, listed, blanks, twins, silence, problems, time, random, Logger<PeerDiscovery>());
        _budget = new TransferBudget(options.TransferMemory, options.SegmentSize);

        var age = new IdAge(options.AbandonedAfter, time);
        var admission = new Admission(store, () => _clusters.StoresNothingBecause, age);
        CatchUp = new TombstoneCatchUp(
            store, _membership, client, new ContactWatch(_membership, Directory, () => _self.Id, time), _discovery.Ready, time, Logger<TombstoneCatchUp>());
        Recent = new RecentWrites(time);
        var local = new LocalHolder(() => _self.Id ?? default, store, () => _membership.View.Map.Digest, admission, CatchUp.NotServing, damage, Recent);
        var holders = new Holders(local, client, _discovery, options.SegmentSize, time);
        Lookup = new ReplicaLookup(holders, _membership, _heartbeats, client, clashes, time, Logger<ReplicaLookup>());
        var gate = new StartGate(_self, _discovery, holders, _membership, admission, _patience, time);
        var writer = new QuorumWriter(_patience, holders, _membership, clashes, load, time, Logger<QuorumWriter>());
        var clock = new ClockCheck(_membership, Directory, _self);
        _rounds = new RoundMemory(store, time);
        var holdings = new Holdings(store, _membership, Recent, () => _self.Id);
        var comparison = new PeerComparison(holdings, client, _rounds);
        _sender = new ReplicaSender(store, client, damage, _pace, time);
        var batch = new MendBatch(_sender, _pace);
        var forgetting = new TombstoneForgetting(store, _membership, _rounds, clock, () => _self.Id, options.TombstoneRetention, time, Logger<TombstoneForgetting>());
        var confirmations = new Confirmations(client, Settings);
        var loneDamage = new LoneDamage(store, _membership, holders, Directory, confirmations, clashes);
        Reconciler = new Reconciler(
            new CoOwners(store, holdings, comparison, Directory, Settings, batch, forgetting, loneDamage, clashes),
            new Strays(store, _membership, Recent, confirmations, Directory, batch, loneDamage, clashes),
            _rounds,
            forgetting,
            clashes,
            _membership, Directory, clock, () => _self.Id, _discovery.Ready, time, Logger<Reconciler>());
        damage.Hint = Reconciler.Hint;
        var mergeRules = new MergeRules(_self, _membership, Directory);
        PeerHandler = new PeerServer(
            keys,
            _self,
            () => listed is { IsKnown: true, All.IsEmpty: true } && _membership.View.Map.Entries.Count <= 1,
            new Dictionary<Operation, PeerOperation>(
            [
                .. new MembershipOperations(_self, _membership, Directory, _heartbeats, introductions, blanks, twins, Report).All,
                .. new ReplicaOperations(store, local, admission, damage, Recent).All,
                .. new TombstoneOperations(store).All,
                .. new ComparisonOperations(holdings, _rounds, Settings).All,
                .. new MendOperations(store, _membership, Settings, () => _self.Id, admission, _pace).All,
                .. new CommandOperations(store, _self).All,
                .. new MergeOperations(mergeRules, _self, _membership, Settings, client).All,
            ]),
            time,
            Logger<PeerServer>());
        var contents = new ContentReader(holders, _membership, Logger<ReplicaPages>());
        var deletion = new FileDeletion(Lookup, writer, contents, Logger<FileDeletion>());
        LocalFirst = new LocalFirst(store, _membership, Directory, () => _self.Id ?? default, time);
        Files = new ClusterFileStore(
            gate, holders, Lookup, writer, contents, deletion, _membership, clashes, new FileIdSource(time, random),
            LocalFirst, age, _budget, load, time, Logger<ClusterFileStore>());
        var held = new HoldingsOfAll(store, _self, client);
        Cluster = new Operator(
            new StatusReport(options, _self, _membership, Directory, _discovery, () => CatchUp.Going, problems, _started, Report, new WhyOfMachine(options.ReplaceAfter, time), new SilenceProblems(_self, client, options.ReplaceAfter), RepairStatus, () => store.Usage.Trouble, time),
            new FileExplainer(gate, holders, _self, _membership, Directory),
            new MembershipCommands(
                new MembershipPlanner(held, _self, _membership, Directory, options.Replicas),
                new MergeCommand(new MergePlanner(mergeRules, held, _self, _membership, _heartbeats, Settings, client, parts.Transport, options.Replicas), _self, _membership, _heartbeats, client, Report),
                _self, _membership, _heartbeats, client),
            store, new SetAsideCommands(store, holders, _membership, Directory, _sender), _pace);
        Damage = damage;
        Scrubber = new Scrubber(store, options.ScrubPeriod, damage, _meter, time, Logger<Scrubber>());
        Expirer = new Expirer(
            store, deletion, _membership, Directory, clock, () => _self.Id, () => _discovery.Ready.IsCompletedSuccessfully && CatchUp.Going is null, time, Logger<Expirer>());
        Collector = new SegmentCollector(store, holders, _membership, Lookup, writer, age, clock, time, Logger<SegmentCollector>());
    }

    /// <summary>What this machine is made of.</summary>
    public LightDfsMachineParts Parts { get; }

    /// <summary>The cluster file store, from this machine.</summary>
    public IFileStore Files { get; }

    /// <summary>The cluster, from this machine.</summary>
    public ICluster Cluster { get; }

    /// <summary>What peers' requests are handed to.</summary>
    public IPeerHandler PeerHandler { get; }

    /// <summary>Completes when this machine serves.</summary>
    public Task Ready => _discovery.Ready;

    internal MembershipState Membership => _membership;

    internal PeerDirectory Directory { get; }

    internal Heartbeats Heartbeats => _heartbeats;

    internal PeerDiscovery Discovery => _discovery;

    internal SettingsCheck Settings { get; }

    internal GraceRule Grace { get; }

    internal Self Self => _self;

    internal DamageReport Damage { get; }

    internal ReplicaLookup Lookup { get; }

    internal SegmentCollector Collector { get; }

    internal Reconciler Reconciler { get; }

    internal RecentWrites Recent { get; }

    internal LocalFirst LocalFirst { get; }

    internal RoundMemory Rounds => _rounds;

    internal Scrubber Scrubber { get; }

    internal Expirer Expirer { get; }

    internal TombstoneCatchUp CatchUp { get; }

    internal TransferBudget Budget => _budget;

    internal RepairPace Pace => _pace;

    private PeerReport Report()
    {
        var usage = Parts.Store.Usage;
        return _atStart with
        {
            IsServing = _self.NotServingBecause is null,
            Replicas = usage.Replicas,
            Damaged = usage.Damaged,
            Tombstones = usage.Tombstones,
            Bytes = usage.Bytes,
            FreeBytes = usage.FreeBytes,
            IsFull = usage.IsFull,
            Failure = usage.Failure ?? "",
            RoundBegun = _rounds.Own,
            Missing = Reconciler.Last?.Missing ?? 0,
            Strays = Reconciler.Last?.Strays ?? 0,
            SetAside = Parts.Store.ListSetAside().Count,
            VerifiedSince = Scrubber.VerifiedSince ?? default,
            Down = _downtimes.Now,
            IsLeaving = _isLeaving,
        };
    }

    /// <summary>What stays the same through a run: the settings that must agree, before anything is known of the store.</summary>
    private static PeerReport ReportAtStart(LightDfsMachineParts parts, DateTimeOffset started) => new()
    {
        IsServing = false,
        Started = started,
        Replicas = 0,
        Damaged = 0,
        Tombstones = 0,
        Bytes = 0,
        FreeBytes = 0,
        IsFull = false,
        Failure = "",
        ReplicaSetting = parts.Options.Replicas,
        SegmentSize = parts.Options.SegmentSize,
        RingKind = parts.RingPrototype.Kind,
        PartitionBits = Partitions.Bits,
        SegmentFormat = FileRecord.Format,
    };

    private RepairStatus RepairStatus()
    {
        var last = Reconciler.Last;
        return new RepairStatus
        {
            LastPass = last?.Begun,
            RunningSince = Reconciler.Current?.Begun,
            IsDone = last is { IsIdle: true } && last.Ring == _membership.View.Ring,
            Missing = last?.Missing ?? 0,
            Strays = last?.Strays ?? 0,
            SentCopies = _sender.Copies,
            SentBytes = _sender.Bytes,
            PartitionsByCopies = last?.PartitionsByCopies ?? [],
            ReplicasByCopies = last?.ReplicasByCopies ?? [],
            Unreached = last?.Failures ?? [],
        };
    }

    private ILogger<T> Logger<T>() => Parts.Loggers.CreateLogger<T>();
}

/// <summary>What a machine is made of. It closes the replica store, and owns nothing else.</summary>
internal sealed record LightDfsMachineParts(
    LightDfsOptions Options,
    IReplicaStore Store,
    IMachineIdentityStore Identity,
    IHashRing RingPrototype,
    IPeerTransport Transport,
    IPeerSource Peers,
    TimeProvider Time,
    RandomSource Random,
    ILoggerFactory Loggers)
{
    /// <summary>How many machines one beats to in a second; not for host apps to change.</summary>
    public BeatSettings Beats { get; init; } = BeatSettings.Default;
}
