using LightDfs.Peers;
using LightDfs.Testing.Network;

namespace LightDfs.Testing.Clusters;

/// <summary>
/// Several LightDfs machines in one process, on a network and disks in memory, for tests. Nothing happens in the background: the machines meet, and hear of each other's
/// changes, when <see cref="SettleAsync"/> is called. Dispose it at the end.
/// </summary>
public sealed class LightDfsTestCluster : IAsyncDisposable
{
    private const int MostRounds = 20;
    private readonly List<TestMachine> _machines = [];

    private LightDfsTestCluster(TestClusterOptions options)
    {
        Options = options;
        Network = new InMemoryNetwork { IsLoopback = options.IsLoopback, IsProtected = options.IsProtected };
    }

    /// <summary>The network between the machines, where links and machines can be made to fail.</summary>
    public InMemoryNetwork Network { get; }

    /// <summary>The machines, in the order of their making.</summary>
    public IReadOnlyList<TestMachine> Machines => _machines;

    internal TestClusterOptions Options { get; }

    /// <summary>One of the machines.</summary>
    public TestMachine this[int index] => _machines[index];

    /// <summary>Makes a cluster, each machine listing all of them, starts it and lets it settle.</summary>
    /// <param name="machines">How many, at least 1.</param>
    /// <param name="configure">Changes what all of them are made with; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidOperationException">It did not settle.</exception>
    public static async Task<LightDfsTestCluster> StartAsync(int machines = 3, Action<TestClusterOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var cluster = Create(machines, configure);
        try
        {
            foreach (var machine in cluster.Machines)
            {
                await machine.StartAsync(cancellationToken);
            }
            await cluster.SettleAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a cluster whose machines are not started yet.</summary>
    /// <param name="machines">How many, at least 1.</param>
    /// <param name="configure">Changes what all of them are made with; <see langword="null"/> for the defaults.</param>
    public static LightDfsTestCluster Create(int machines = 3, Action<TestClusterOptions>? configure = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(machines, 1);
        var options = new TestClusterOptions();
        configure?.Invoke(options);
        var cluster = new LightDfsTestCluster(options);
        var addresses = Enumerable.Range(0, machines).Select(AddressOf).ToList();
        foreach (var address in addresses)
        {
            cluster._machines.Add(new TestMachine(cluster, address, addresses));
        }
        return cluster;
    }

    /// <summary>
    /// Lets the machines that run ask, answer and hear of each other until those that reach each other agree: what the background work of a host app does within a second or two.
    /// </summary>
    /// <exception cref="InvalidOperationException">They still change after many rounds.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken = default)
    {
        var before = "";
        for (var round = 0; round < MostRounds; round++)
        {
            foreach (var machine in _machines.Where(machine => machine.IsRunning))
            {
                await machine.MeetPeersAsync(cancellationToken);
            }
            var now = string.Join('\n', _machines.Where(machine => machine.IsRunning).Select(machine => machine.Outline));
            if (now == before)
            {
                return;
            }
            before = now;
        }
        throw new InvalidOperationException($"The machines did not settle in {MostRounds} rounds. They ended with:\n{before}");
    }

    /// <summary>Lets the machines that run settle, and then mend each other's copies until nothing is left to be done: what the background work of a host app does within a minute or two.</summary>
    /// <exception cref="InvalidOperationException">They still change after many rounds.</exception>
    public async Task ReconcileAsync(CancellationToken cancellationToken = default)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            await SettleAsync(cancellationToken);
            foreach (var machine in _machines.Where(machine => machine.IsRunning))
            {
                machine.Running.Recent.Clear();
            }
            long done = 0;
            foreach (var machine in _machines.Where(machine => machine.IsRunning))
            {
                done += await machine.ReconcileAsync(cancellationToken);
            }
            if (done == 0)
            {
                return;
            }
        }
        throw new InvalidOperationException($"The machines still mend each other's copies after {MostRounds} rounds.");
    }

    /// <summary>
    /// Lets the machines that run settle, and then delete what has expired by their clocks: what the background work of a host app does within half a minute. Time passes only by
    /// <see cref="TestClusterOptions.Time"/>.
    /// </summary>
    /// <returns>How many files were deleted.</returns>
    /// <exception cref="InvalidOperationException">They still change after many rounds.</exception>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken = default)
    {
        await SettleAsync(cancellationToken);
        var deleted = 0;
        foreach (var machine in _machines.Where(machine => machine.IsRunning))
        {
            deleted += await machine.Running.Expirer.StepAsync(cancellationToken);
        }
        return deleted;
    }

    /// <summary>Cuts two machines off from each other; others still reach both. What is under way between them breaks off.</summary>
    /// <param name="one">Index of the one.</param>
    /// <param name="other">Index of the other.</param>
    public void Cut(int one, int other) => Network.CutBetween(this[one].Address, this[other].Address);

    /// <summary>Ends <see cref="Cut"/>.</summary>
    /// <param name="one">Index of the one.</param>
    /// <param name="other">Index of the other.</param>
    public void Mend(int one, int other) => Network.MendBetween(this[one].Address, this[other].Address);

    /// <summary>Makes one more machine, not started yet, which lists the addresses of all and its own; they do not list it.</summary>
    /// <param name="address">Its address, such as <c>memory://newcomer</c>.</param>
    public TestMachine AddMachine(string address)
    {
        var machine = new TestMachine(this, address, [.. _machines.Select(known => known.Address), address]);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Ends every machine. None says goodbye to the others: a test's network may hang, in a time that has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await machine.KillAsync();
        }
    }

    private static string AddressOf(int index) => $"memory://machine-{index + 1}";
}
