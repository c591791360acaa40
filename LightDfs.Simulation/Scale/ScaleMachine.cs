using System.Globalization;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Testing.Chance;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Peers;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Simulation.Scale;

/// <summary>One real machine, with its disk in memory.</summary>
internal sealed class ScaleMachine(ScaleCluster cluster, int number)
{
    public const string Key = "the key of the measured cluster";

    private readonly InMemoryReplicaStore _store = new();
    private readonly InMemoryMachineIdentityStore _identity = new();

    public string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"memory://a{number}");

    public MachineId Id { get; } = new(((UInt128)Mixed((ulong)number, 1) << 64) | Mixed((ulong)number, 2));

    public LightDfsMachine Machine { get; private set; } = null!;

    public MembershipMap Map => Machine.Membership.View.Map;

    /// <summary>What the map has of it before it starts.</summary>
    public MachineSelf Before => new() { Addresses = [Address], Zone = "", Weight = 1, Start = 0, Incarnation = 1 };

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
        var transport = cluster.Network.CreateTransport(Address);
        transport.ListeningAt = [Address];
        var options = new LightDfsOptions { ClusterKey = Key, ReplaceAfter = ScaleCluster.Grace, SegmentSize = 64 * 1024, TransferMemory = 256 * 1024 };
        Machine = new LightDfsMachine(new LightDfsMachineParts(
            options, _store, _identity, cluster.Ring, transport, new InMemoryPeerSource([.. cluster.Seeds, Address]), cluster.Time, new SeededRandom((ulong)number), NullLoggerFactory.Instance));
        await Machine.StartAsync(CancellationToken.None);
        cluster.Network.Attach(Address, Machine.PeerHandler);
        await Machine.StartedAsync(CancellationToken.None);
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
