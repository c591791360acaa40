using System.Globalization;
using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Ring;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Tracing;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Peers;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Machines;

/// <summary>One machine of the simulated cluster: a disk, a clock and an address that outlive its runs.</summary>
internal sealed class SimMachine(World world, int index, string address, SimulatedClock clock, Dice dice)
{
    public const string Root = "/data";
    private int _starts;
    private bool _isTaken;

    public int Index { get; } = index;

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"m{index + 1}");

    public string Address { get; set; } = address;

    public IReadOnlyList<string> Peers { get; set; } = [];

    /// <summary>True while it is at an address that the others may have listed.</summary>
    public bool IsWhereListed => Peers.Contains(Address);

    /// <summary>True when somebody has told it its address. Else one that moved to an address that nobody lists, and listens on a wildcard, may not know it, and is reached by nobody.</summary>
    public bool IsAddressTold { get; set; }

    public SimulatedClock Clock { get; } = clock;

    public Freezer Freezer { get; } = new();

    public SimulatedDisk Disk { get; set; } = new();

    /// <summary>What its disk was some time ago; <see langword="null"/> for no backup.</summary>
    public SimulatedDisk? Backup { get; set; }

    /// <summary>The id that its disk has; <see langword="null"/> for none yet.</summary>
    public MachineId? Id { get; set; }

    /// <summary>What was set aside on its disk, by path.</summary>
    public Dictionary<string, byte[]> SetAside { get; private set; } = [];

    /// <summary>The run of it that goes on; <see langword="null"/> while it is off.</summary>
    public MachineRun? Run { get; private set; }

    /// <summary>Takes it for a fault that switches it off and on; false when another one has it.</summary>
    public bool TryTake() => !_isTaken && (_isTaken = true);

    public void Release() => _isTaken = false;

    public bool IsReady => Run is { } run && run.Machine.Cluster.Status.IsReady;

    /// <summary>True when its store takes nothing more before a restart.</summary>
    public bool HasFailed => Run is { } run && run.Machine.Parts.Store.Usage.Failure is not null;

    /// <summary>Starts it with the disk and the address it has. False when it does not start, as with a disk that fails.</summary>
    public async Task<bool> StartAsync()
    {
        var run = new MachineRun();
        var time = new MachineTime(Clock, Freezer);
        var loggers = new TracedLoggers(Name, world.Trace, what =>
        {
            if (!run.IsOver)
            {
                world.Violate(what);
            }
        });
        var disk = new TracedDisk(Disk, call => world.Trace.Note($"{Name} {call}"), path => world.Published(this, path), path => world.Deleting(this, run, path), (path, bytes) => world.Appending(this, run, path, bytes));
        var transport = world.Network.CreateTransport(Address);
        transport.ListeningAt = dice.Is(0.5) || IsAddressTold ? [Address] : [];
        var options = world.OptionsOf(this);
        var store = new FileReplicaStore(disk, Root, reserve: 1 << 20, time, loggers.CreateLogger("store"), world.Shape.Packing, dice.Named(string.Create(CultureInfo.InvariantCulture, $"volumes {_starts}")));
        _starts++;
        run.Machine = new LightDfsMachine(new LightDfsMachineParts(
            options, store, new FileMachineIdentityStore(disk, Root), world.Rings, new PoweredTransport(transport, run), new InMemoryPeerSource(Peers), time,
            dice.Named(string.Create(CultureInfo.InvariantCulture, $"run {_starts}")), loggers) { Beats = world.Shape.Beats });
        world.Trace.Note($"{Name} starts at {Address}");
        try
        {
            await run.Machine.StartAsync(CancellationToken.None);
        }
        catch (LightDfsStartException cause)
        {
            world.Trace.Note($"{Name} does not start: {cause.Message}");
            run.End();
            await run.Machine.DisposeAsync();
            return false;
        }
        world.Network.Attach(Address, run.Machine.PeerHandler);
        Run = run;
        await run.Machine.StartedAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Ends it in the middle of whatever it does.</summary>
    /// <param name="after">What its disk is afterwards.</param>
    public void Crash(Func<SimulatedDisk, SimulatedDisk> after)
    {
        if (Run is not { } run)
        {
            Disk = after(Disk);
            return;
        }
        world.Trace.Note($"{Name} crashes");
        Run = null;
        run.End();
        world.Network.Detach(Address);
        world.Network.BreakOff(Address);
        Disk = after(Disk);
        Freezer.Thaw();
        world.Remains.Add(run.Machine.DisposeAsync().AsTask());
    }

    /// <summary>Stops it as a host app stops.</summary>
    public async Task StopAsync()
    {
        if (Run is not { } run)
        {
            return;
        }
        world.Trace.Note($"{Name} stops");
        await run.Machine.StoppingAsync(CancellationToken.None);
        if (Run != run)
        {
            // It crashed meanwhile.
            return;
        }
        Run = null;
        run.End();
        world.Network.Detach(Address);
        await run.Machine.DisposeAsync();
    }

    public override string ToString() => Name;
}
