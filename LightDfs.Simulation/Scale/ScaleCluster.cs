using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Network;
using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Scale;

/// <summary>So many real machines in one process, on a simulated network and in simulated time.</summary>
internal sealed class ScaleCluster
{
    /// <summary>Shorter than the default of a quarter of an hour, in which nothing else happens than before.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private const int MostSeeds = 3;
    private int _made;

    public ScaleCluster(int machines)
    {
        Traffic = new Traffic(Time);
        Network = new InMemoryNetwork { IsLoopback = false, Interceptor = Traffic.InterceptAsync };
        _made = machines;
        Machines = [.. Enumerable.Range(1, machines).Select(number => new ScaleMachine(this, number))];
        Seeds = [.. Machines.Take(MostSeeds).Select(machine => machine.Address)];
    }

    public SimulatedTime Time { get; } = new();

    public Traffic Traffic { get; }

    public InMemoryNetwork Network { get; }

    public IHashRing Ring { get; } = new OneRing();

    /// <summary>Those that run.</summary>
    public List<ScaleMachine> Machines { get; }

    /// <summary>The addresses that every machine lists besides its own.</summary>
    public IReadOnlyList<string> Seeds { get; }

    /// <summary>Starts all of them within a second, as after a power failure: they know each other from before.</summary>
    public async Task StartAsync()
    {
        var map = Machines.Aggregate(MembershipMap.Empty, (map, machine) => map.WithSelf(machine.Id, machine.Before));
        foreach (var machine in Machines)
        {
            await machine.PrepareAsync(1, map);
        }
        var pause = TimeSpan.FromSeconds(1) / Machines.Count;
        foreach (var machine in Machines)
        {
            await machine.StartAsync();
            await Task.Delay(pause, Time);
        }
    }

    /// <summary>Starts all of them as if they had run for long, and all knew each other: that all ask all is left out.</summary>
    public async Task StartAcquaintedAsync()
    {
        var map = Machines.Aggregate(MembershipMap.Empty, (map, machine) => map.WithSelf(machine.Id, machine.Running));
        foreach (var machine in Machines)
        {
            await machine.PrepareAsync(1, map);
            await machine.OpenAsync();
        }
        var report = new PeerReport
        {
            IsServing = true, Started = Time.GetUtcNow(), Replicas = 0, Damaged = 0, Tombstones = 0, Bytes = 0, FreeBytes = long.MaxValue, IsFull = false, Failure = "", ReplicaSetting = 3,
            SegmentSize = ScaleMachine.SegmentSize, RingKind = Ring.Kind, PartitionBits = Partitions.Bits, SegmentFormat = FileRecord.Format,
        };
        foreach (var machine in Machines)
        {
            foreach (var other in Machines.Where(other => other != machine))
            {
                machine.Meet(other, report);
            }
        }
        var pause = TimeSpan.FromSeconds(1) / Machines.Count;
        foreach (var machine in Machines)
        {
            await machine.Machine.StartedAsync(CancellationToken.None);
            await Task.Delay(pause, Time);
        }
    }

    /// <summary>What one pass of each of these takes, and no other machine meanwhile.</summary>
    public async Task<Totals> PassAsync(IReadOnlyList<ScaleMachine> machines)
    {
        var before = Traffic.Now;
        foreach (var machine in machines)
        {
            Traffic.Only = machine.Address;
            await machine.Machine.Reconciler.PassAsync(CancellationToken.None);
        }
        Traffic.Only = null;
        return Traffic.Now.Since(before);
    }

    public async Task<ScaleMachine> AddAsync()
    {
        var machine = new ScaleMachine(this, ++_made);
        Machines.Add(machine);
        await machine.PrepareAsync(null, MembershipMap.Empty);
        await machine.StartAsync();
        return machine;
    }

    public async Task<ScaleMachine> LoseAsync()
    {
        var lost = Machines[^2];
        Machines.Remove(lost);
        await lost.KillAsync();
        return lost;
    }

    /// <summary>The simulated time until something holds.</summary>
    public async Task<TimeSpan> UntilAsync(Func<bool> holds)
    {
        var begun = Time.Elapsed;
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Time);
        }
        return Time.Elapsed - begun;
    }

    /// <summary>What went over the network in so much time.</summary>
    public async Task<Totals> WatchAsync(TimeSpan span)
    {
        var before = Traffic.Now;
        await Task.Delay(span, Time);
        return Traffic.Now.Since(before);
    }
}
