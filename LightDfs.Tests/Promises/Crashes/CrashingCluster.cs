using LightDfs.Identity;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Time;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Storage.Crashes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Tests.Promises.Crashes;

/// <summary>Machines on simulated disks. The power of one of them, the victim, fails at a call of its disk that the test chooses.</summary>
internal sealed class CrashingCluster : IAsyncDisposable
{
    private const string Root = "/data";
    private readonly SimulatedDisk[] _disks;
    private readonly FileReplicaStore?[] _stores;

    private CrashingCluster(int machines, bool isTimed, KeptRings rings, PackingSettings packing)
    {
        TimeProvider time = isTimed ? Time : TimeProvider.System;
        _disks = [.. Enumerable.Range(0, machines).Select(_ => new SimulatedDisk())];
        _stores = new FileReplicaStore?[machines];
        Machines = LightDfsTestCluster.Create(machines, options =>
        {
            options.Time = _ => time;
            options.Ring = _ => rings;
            // It asks for the free space every second: in days that are simulated that is all that would happen.
            options.MakeStore = index => _stores[index] = new FileReplicaStore(_disks[index], Root, 0, TimeProvider.System, NullLogger.Instance, packing);
            options.ConfigureMachine = (_, machine) =>
            {
                (machine.SegmentSize, machine.TransferMemory) = (LargeFiles.Segment, 4 * LargeFiles.Segment);
                (machine.TombstoneRetention, machine.ReplaceAfter) = (TimeSpan.FromDays(2), null);
            };
        });
    }

    /// <summary>Passes where a scenario is timed.</summary>
    public SimulatedTime Time { get; } = new();

    public LightDfsTestCluster Machines { get; }

    /// <summary>Index of the machine whose power fails.</summary>
    public int Victim { get; set; }

    /// <summary>The file that it is all about.</summary>
    public FileId File { get; set; }

    /// <summary>More files, where there are more.</summary>
    public IReadOnlyList<FileId> Files { get; set; } = [];

    /// <summary>True when what was done returned: all that it promises holds from then on.</summary>
    public bool IsAcknowledged { get; private set; }

    public TestMachine this[int index] => Machines[index];

    public static async Task<CrashingCluster> StartAsync(int machines, bool isTimed, KeptRings rings, PackingSettings packing)
    {
        var started = new CrashingCluster(machines, isTimed, rings, packing);
        foreach (var machine in started.Machines.Machines)
        {
            await started.GiveIdAsync(machine);
            await machine.StartAsync();
        }
        await started.Machines.SettleAsync();
        return started;
    }

    /// <summary>Does something, and lets the victim's power fail after so many calls of its disk. False when it needed no more calls.</summary>
    public async Task<bool> CutShortAsync(int calls, Func<CrashingCluster, Task> act)
    {
        var disk = _disks[Victim];
        disk.PowerFailsAfter = disk.Calls + calls;
        try
        {
            await act(this);
            IsAcknowledged = true;
        }
        catch (Exception cause) when (disk.IsOff && cause is LightDfsException or IOException)
        {
            // Not acknowledged, then.
        }
        return disk.IsOff;
    }

    /// <summary>The victim starts again with what its disk kept.</summary>
    public async Task RestartAsync(Func<SimulatedDisk, SimulatedDisk> crash)
    {
        _disks[Victim] = crash(_disks[Victim]);
        await this[Victim].KillAsync();
        await this[Victim].StartAsync();
    }

    public FileReplicaStore StoreOf(int index) => _stores[index]!;

    public DiskPicture PictureOf(int index) => DiskPicture.Of(_disks[index], Root);

    /// <summary>The machines whose disks have a file of this id, by the kind of the file: <c>.replica</c>, <c>.tombstone</c> or <c>.aside</c>.</summary>
    public int[] With(FileId id, string suffix) => [.. Enumerable.Range(0, _disks.Length).Where(index => Of(index, id, suffix).Any())];

    /// <summary>What different bytes are kept of an id on all disks together.</summary>
    public int Contents(FileId id, string suffix) => Enumerable.Range(0, _disks.Length).SelectMany(index => Of(index, id, suffix).Select(path => PictureOf(index).Files[path])).Distinct().Count();

    /// <summary>Puts a replica on one disk behind the cluster's back.</summary>
    public async Task PlantAsync(int index, FileId id, TestReplica replica)
    {
        await using var writer = await StoreOf(index).BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>A new id, which these machines own in this order; the last one given is no owner where there are more than owners.</summary>
    public int[] Order(FileId id) => [.. Machines.PreferenceOf(id).Select(machine => machine.Index)];

    public ValueTask DisposeAsync() => Machines.DisposeAsync();

    /// <summary>The same machines in every cluster, so that its rings are made once.</summary>
    private async Task GiveIdAsync(TestMachine machine)
    {
        var id = new MachineId(UInt128.MaxValue / 16 * (UInt128)(machine.Index + 1));
        await using var store = new FileReplicaStore(_disks[machine.Index], Root, 0, null, NullLogger.Instance);
        await store.OpenAsync();
        await new DataDirectoryMarker(id, null, true).SaveAsync(store, CancellationToken.None);
        await machine.Identity.KeepAsync(id);
    }

    private IEnumerable<string> Of(int index, FileId id, string suffix) =>
        PictureOf(index).Files.Keys.Where(path => path.EndsWith(suffix, StringComparison.Ordinal) && path.Contains($"/{id.Value:x32}", StringComparison.Ordinal));
}
