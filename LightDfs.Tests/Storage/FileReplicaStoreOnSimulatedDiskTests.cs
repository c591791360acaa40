using LightDfs.Storage;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Tests.Storage;

[Tests(typeof(FileReplicaStore))]
public sealed class FileReplicaStoreOnSimulatedDiskTests : ReplicaStoreConformance
{
    private SimulatedDisk _disk = null!;

    protected override ValueTask<IReplicaStore> CreateAsync()
    {
        _disk = new SimulatedDisk();
        return new(Make());
    }

    // Whoever reopens after a clean close must find everything, even if the power fails right then.
    protected override ValueTask<IReplicaStore?> ReopenAsync(IReplicaStore disposed)
    {
        _disk = _disk.AfterCrash(1);
        return new(Make());
    }

    protected override ValueTask<IReplicaStore?> CrashAsync(IReplicaStore store, int seed)
    {
        _disk = _disk.AfterCrash(seed);
        return new(Make());
    }

    protected override ValueTask<bool> DamageAsync(IReplicaStore store, FileId id, long offset)
    {
        _disk.Flip(new ReplicaPaths("/data/dfs").ReplicaOf(id), offset);
        return new(true);
    }

    private FileReplicaStore Make() => new(_disk, "/data/dfs", 0, null, NullLogger.Instance);
}
