using System.Globalization;
using LightDfs.Ring;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Network;
using LightDfs.Simulation.Tracing;
using LightDfs.Testing.Network;
using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Machines;

/// <summary>Everything that exists in one run: machines, network, time, and what is known of the files.</summary>
internal sealed class World
{
    private readonly List<SimMachine> _machines = [];
    private readonly List<string> _violations = [];
    private readonly List<string> _addresses = [];

    public World(ulong seed, int traceKept)
    {
        Seed = seed;
        Dice = new Dice(seed).Named("world");
        Trace = new Trace(Time, traceKept);
        Network = new InMemoryNetwork { IsLoopback = false };
        Wires = new Wires(this, Dice.Named("wires"));
        Network.Interceptor = Wires.InterceptAsync;
        Ledger = new Ledger(this);
        Replies = new Replies(this);
        Watch = new MembershipWatch(this);
        Volumes = new VolumeChecks(this);
        Shape = new Shape(Dice.Named("shape"));
        Rings = new SharedRings(Shape.IsLong ? new RendezvousHashRing() : new CoarseRing());
        _addresses.AddRange(Enumerable.Range(1, Shape.Machines).Select(AddressOf));
        for (var index = 0; index < Shape.Machines; index++)
        {
            Add(_addresses[index]);
        }
        Trace.Note($"seed {seed}: {Shape}");
    }

    public ulong Seed { get; }

    public Dice Dice { get; }

    public SimulatedTime Time { get; } = new();

    public Trace Trace { get; }

    public InMemoryNetwork Network { get; }

    public Wires Wires { get; }

    public Ledger Ledger { get; }

    public Replies Replies { get; }

    public MembershipWatch Watch { get; }

    public VolumeChecks Volumes { get; }

    public Shape Shape { get; }

    public IHashRing Rings { get; }

    public int Replicas => Shape.Replicas;

    /// <summary>How often more than a day went by at once.</summary>
    public int DaysPassed { get; private set; }

    /// <summary>More than a day goes by, in which nothing happens anywhere: all hosts sleep. What was due meanwhile is due at once.</summary>
    public void LetDayPass()
    {
        DaysPassed++;
        Trace.Note("a day passes");
        Time.Leap(TimeSpan.FromHours(30));
    }

    /// <summary>True once every fault has ended and time has passed since.</summary>
    public bool IsHealed { get; set; }

    public int Quorum => (Math.Min(Replicas, _machines.Count) / 2) + 1;

    /// <summary>In the order of their making.</summary>
    public IReadOnlyList<SimMachine> Machines => _machines;

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Machines that an operator wants gone, as far as is known.</summary>
    public List<MachineId> Leaving { get; } = [];

    /// <summary>Machines whose disks are gone, with who they were, as long as nobody has said that they are to be replaced.</summary>
    public Dictionary<SimMachine, MachineId> Lost { get; } = [];

    /// <summary>Hears when a machine is about to drop a copy; <see langword="null"/> for nobody.</summary>
    public Action<SimMachine>? Dropping { get; set; }

    /// <summary>What is left of runs that crashed, and must come to an end too.</summary>
    public List<Task> Remains { get; } = [];

    public SimMachine? At(string address) => _machines.Find(machine => machine.Run is not null && machine.Address == address) ?? _machines.Find(machine => machine.Address == address);

    /// <summary>One more machine, not started, which lists all addresses and its own; those that run do not list it.</summary>
    public SimMachine Add(string address)
    {
        var dice = Dice.Named(string.Create(CultureInfo.InvariantCulture, $"machine {_machines.Count}"));
        var machine = new SimMachine(this, _machines.Count, address, Time.CreateClock(dice.Between(TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2))), dice);
        machine.Peers = [.. _addresses.Append(address).Distinct()];
        _machines.Add(machine);
        return machine;
    }

    public LightDfsOptions OptionsOf(SimMachine machine) => new()
    {
        DataDirectory = SimMachine.Root,
        ClusterKey = Wires.ClusterKey,
        Zone = Shape.HasZones ? string.Create(CultureInfo.InvariantCulture, $"zone {machine.Index % 3}") : "",
        Replicas = Replicas,
        SegmentSize = 64 * 1024,
        TransferMemory = 8 * 64 * 1024,
        AbandonedAfter = Shape.AbandonedAfter,
        TombstoneRetention = Shape.TombstoneRetention,
        ReplaceAfter = Shape.ReplaceAfter,
    };

    public void Violate(string what)
    {
        Trace.Note($"VIOLATION {what}");
        _violations.Add($"at {Time.Elapsed:mm\\:ss\\.fff}: {what}");
    }

    /// <summary>A name appeared on the disk of a machine.</summary>
    public void Published(SimMachine machine, string path)
    {
        DiskChecks.Published(this, machine, path);
        IdentityChecks.Published(this, machine, path);
        SetAsideChecks.Published(this, machine, path);
    }

    /// <summary>A file of a machine is about to go.</summary>
    public void Deleting(SimMachine machine, MachineRun run, string path)
    {
        DropChecks.Deleting(this, machine, run, path);
        Volumes.Deleting(machine, run, path);
    }

    public void Appending(SimMachine machine, MachineRun run, string path, ReadOnlyMemory<byte> bytes)
    {
        var batch = PackedView.EntriesIn(path, bytes).ToList();
        DiskChecks.Appending(this, machine, batch);
        DropChecks.Appending(this, machine, run, batch);
    }

    public Task DelayAsync(TimeSpan by, CancellationToken cancellationToken = default) => Task.Delay(by, Time, cancellationToken);

    public static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"memory://a{number}");
}
