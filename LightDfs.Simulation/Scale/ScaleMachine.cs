using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Testing.Chance;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Peers;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Simulation.Scale;

/// <summary>One real machine, with its disk in memory.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The machine closes its store.")]
internal sealed class ScaleMachine(ScaleCluster cluster, int number)
{
    public const int SegmentSize = 64 * 1024;
    public const string Key = "the key of the measured cluster";

    private readonly InMemoryReplicaStore _store = new();
    private readonly InMemoryMachineIdentityStore _identity = new();

    public string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"memory://a{number}");

    public MachineId Id { get; } = new(((UInt128)Mixed((ulong)number, 1) << 64) | Mixed((ulong)number, 2));

    public LightDfsMachine Machine { get; private set; } = null!;

    public MembershipMap Map => Machine.Membership.View.Map;

    /// <summary>What the map has of it before it starts.</summary>
    public MachineSelf Before => new() { Addresses = [Address], Zone = "", Weight = 1, Start = 0, Incarnation = 1 };

    /// <summary>What the map has of its first run.</summary>
    public MachineSelf Running => new() { Addresses = [Address], Zone = "", Weight = 1, Start = 1, Incarnation = Math.Max(1, Random.NextUInt64()) };

    // A machine draws its incarnation first.
    private SeededRandom Random => new((ulong)number);

    /// <summary>Lets it have its id; and be one that was a member before, where a cluster is named.</summary>
    public async Task PrepareAsync(UInt128? clusterId, MembershipMap map)
    {
        await _store.OpenAsync();
        await _store.SaveDocumentAsync("membership", map.Encoded);
        await new DataDirectoryMarker(Id, clusterId, true).SaveAsync(_store, CancellationToken.None);
        await _identity.KeepAsync(Id);
        await _store.DisposeAsync();
    }

    public async Task StartAsync()
    {
        await OpenAsync();
        await Machine.StartedAsync(CancellationToken.None);
    }

    /// <summary>Starts it but for its background work.</summary>
    public async Task OpenAsync()
    {
        var transport = cluster.Network.CreateTransport(Address);
        transport.ListeningAt = [Address];
        var options = new LightDfsOptions { ClusterKey = Key, ReplaceAfter = ScaleCluster.Grace, SegmentSize = SegmentSize, TransferMemory = 4 * SegmentSize };
        Machine = new LightDfsMachine(new LightDfsMachineParts(
            options, _store, _identity, cluster.Ring, transport, new InMemoryPeerSource([.. cluster.Seeds, Address]), cluster.Time, Random, NullLoggerFactory.Instance));
        await Machine.StartAsync(CancellationToken.None);
        cluster.Network.Attach(Address, Machine.PeerHandler);
    }

    /// <summary>Lets it know another one, as if the two had beaten to each other a moment ago.</summary>
    public void Meet(ScaleMachine other, PeerReport report)
    {
        var (start, incarnation) = (other.Machine.Self.Run.Start, other.Machine.Self.Run.Incarnation);
        var peer = Machine.Directory.Of(other.Id);
        peer.Answered(
            new MachineCard { Machine = other.Id, Start = start, Incarnation = incarnation, Cluster = 1, HoldsData = false, Membership = 0, Clock = cluster.Time.GetUtcNow() }, other.Address, TimeSpan.Zero);
        peer.Reported(report);
        Machine.Directory.AnsweredAt(other.Address, other.Id);
    }

    /// <summary>As when its power fails: it says nothing.</summary>
    public async Task KillAsync()
    {
        cluster.Network.Detach(Address);
        cluster.Network.BreakOff(Address);
        await Machine.DisposeAsync();
    }

    /// <summary>True when its last pass left nothing to do, under the ring that it has now.</summary>
    public bool IsMended => Machine.Reconciler.Last is { IsIdle: true } last && last.Ring == Machine.Membership.View.Ring;

    private static ulong Mixed(ulong number, ulong which) => new SeededRandom((number << 8) | which).Next();
}
