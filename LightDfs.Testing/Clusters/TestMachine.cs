using LightDfs.Chance;
using LightDfs.DependencyInjection;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Peers;
using LightDfs.Testing.Storage;

namespace LightDfs.Testing.Clusters;

/// <summary>One machine of a <see cref="LightDfsTestCluster"/>. Its disk outlives its runs.</summary>
public sealed class TestMachine
{
    private readonly LightDfsTestCluster _cluster;
    private LightDfsMachine? _running;

    internal TestMachine(LightDfsTestCluster cluster, string address, IReadOnlyList<string> addresses)
    {
        _cluster = cluster;
        Address = address;
        Index = cluster.Machines.Count;
        Peers = [.. addresses.Concat(cluster.Options.OtherPeers)];
        cluster.Options.ConfigureMachine?.Invoke(Index, Options);
    }

    /// <summary>Its place among the machines of the cluster.</summary>
    public int Index { get; }

    /// <summary>Its address on the network, which <see cref="MoveTo"/> changes.</summary>
    public string Address { get; private set; }

    /// <summary>The addresses it lists, its own usually among them. A change counts from its next start.</summary>
    public IReadOnlyList<string> Peers { get; set; }

    /// <summary>What it is started with. Changes count from its next start; what it lists is said by <see cref="Peers"/>, whatever is listed here.</summary>
    public LightDfsOptions Options { get; } = new();

    /// <summary>Whether its server tells it where it listens. Default false: it learns its address from its list and its peers. A change counts from its next start.</summary>
    public bool KnowsItsAddress { get; set; }

    /// <summary>True between start and stop.</summary>
    public bool IsRunning => _running is not null;

    /// <summary>Its disk's replicas, which can be damaged, made full, and looked into.</summary>
    public InMemoryReplicaStore Store { get; private set; } = new();

    /// <summary>Its disk's identity.</summary>
    public InMemoryMachineIdentityStore Identity { get; private set; } = new();

    /// <summary>The file store of the cluster, from this machine.</summary>
    /// <exception cref="InvalidOperationException">The machine does not run.</exception>
    public IFileStore Files => Running.Files;

    /// <summary>The cluster, from this machine.</summary>
    /// <exception cref="InvalidOperationException">The machine does not run.</exception>
    public ICluster Cluster => Running.Cluster;

    /// <summary>Its id.</summary>
    /// <exception cref="InvalidOperationException">The machine does not run, or has none yet.</exception>
    public MachineId Id => Cluster.Status.Self ?? throw new InvalidOperationException($"Machine '{Address}' has no id yet. Call SettleAsync.");

    internal LightDfsMachine Running => _running ?? throw new InvalidOperationException($"Machine '{Address}' does not run. Call StartAsync.");

    /// <summary>What of its view must stop changing for the cluster to be settled.</summary>
    internal string Outline
    {
        get
        {
            var status = Cluster.Status;
            return $"{Address}: {status.Self} {status.ClusterId} ready={status.IsReady} N={status.Members} ring={status.RingFingerprint} map={Running.Membership.View.Map.Digest:x32} "
                + string.Join(' ', status.Machines.Select(machine => $"{machine.Id}/{machine.State}/{machine.Replicas}"));
        }
    }

    /// <summary>Gives it another address, at which it listens from its next start. Nobody is told.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public void MoveTo(string address)
    {
        ThrowIfRunning();
        Address = address;
    }

    /// <summary>Gives it an empty disk, as if its own were lost or not mounted.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public void LoseDisk()
    {
        ThrowIfRunning();
        (Store, Identity) = (new InMemoryReplicaStore(), new InMemoryMachineIdentityStore());
    }

    /// <summary>Gives it a copy of another machine's disk, id included, as it is now.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public void CopyDiskOf(TestMachine other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ThrowIfRunning();
        (Store, Identity) = (other.Store.Copy(), other.Identity.Copy());
    }

    /// <summary>Starts it with the disk it has. Nothing happens in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfRunning();
        var transport = _cluster.Network.CreateTransport(Address);
        transport.ListeningAt = KnowsItsAddress ? [Address] : [];
        var machine = new LightDfsMachine(new LightDfsMachineParts(
            LightDfsSettings.Resolve(Options, transport, AppContext.BaseDirectory), _cluster.Options.MakeStore?.Invoke(Index) ?? Store, Identity, _cluster.Options.Ring(Index), transport, new InMemoryPeerSource(Peers),
            _cluster.Options.Time(Index), RandomSource.Strong, _cluster.Options.Loggers)
        {
            Beats = _cluster.Options.Beats,
        });
        try
        {
            await machine.StartAsync(cancellationToken);
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
        machine.OpenGate();
        _cluster.Network.Attach(Address, machine.PeerHandler);
        _running = machine;
    }

    /// <summary>Stops it, as a host app stops: what it answers is answered to the end. Its disk stays. Doing it twice does nothing.</summary>
    public async Task StopAsync()
    {
        if (_running is { } machine)
        {
            _running = null;
            await machine.StoppingAsync(CancellationToken.None);
            _cluster.Network.Detach(Address);
            await machine.DisposeAsync();
        }
    }

    /// <summary>Ends it in the middle of whatever it does, as <c>kill -9</c>: all its connections break. Its disk keeps what it has acknowledged. Doing it twice does nothing.</summary>
    public async Task KillAsync()
    {
        if (_running is { } machine)
        {
            _running = null;
            _cluster.Network.Detach(Address);
            _cluster.Network.BreakOff(Address);
            await machine.DisposeAsync();
        }
    }

    /// <summary>Takes it off the network, both directions, while it goes on running; what is under way breaks off.</summary>
    public void TakeDown() => _cluster.Network.TakeDown(Address);

    /// <summary>Ends <see cref="TakeDown"/>.</summary>
    public void BringUp() => _cluster.Network.BringUp(Address);

    /// <summary>Flips a bit of the content that this machine keeps of a file, or of a segment of one, as a disk does that goes bad.</summary>
    /// <param name="id">An id that this machine holds a replica of; <see cref="Store"/> lists them.</param>
    /// <param name="offset">Which byte.</param>
    /// <exception cref="ArgumentException">It holds no such byte.</exception>
    public void Damage(FileId id, long offset = 0) => Store.FlipByte(id, offset);

    /// <summary>One round of asking, one of heartbeats, a look for machines that are lost or back, and one for deletes that were missed: what happens within a second in a host app.</summary>
    public async Task MeetPeersAsync(CancellationToken cancellationToken = default)
    {
        await Running.Discovery.RoundAsync(cancellationToken);
        await Running.Heartbeats.BeatSomeAsync(cancellationToken);
        await Running.Grace.StepAsync(cancellationToken);
        await Running.CatchUp.StepAsync(cancellationToken);
    }

    /// <summary>
    /// Compares all that it holds with the other machines that run, sends them what they lack, and lets go of what belongs elsewhere and is confirmed there: what a host app does within half
    /// a minute. What was written just now is not left alone for a minute, as it is there.
    /// </summary>
    /// <returns>How many copies were sent, taken or let go of; 0 when all was as it should be, as far as this machine knows.</returns>
    public async Task<long> ReconcileAsync(CancellationToken cancellationToken = default)
    {
        Running.Recent.Clear();
        return await Running.Reconciler.PassAsync(cancellationToken) is { } pass ? pass.Done + pass.LeftToOthers : 0;
    }

    private void ThrowIfRunning()
    {
        if (_running is not null)
        {
            throw new InvalidOperationException($"Machine '{Address}' runs already. Call StopAsync first.");
        }
    }
}
