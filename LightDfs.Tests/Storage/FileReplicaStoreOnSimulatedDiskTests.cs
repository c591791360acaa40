using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>All that a store must do, by one that packs nothing, all of it, or only what is shorter than a page; into volumes that are soon full.</summary>
[Tests(typeof(FileReplicaStore))]
[TestFixture(0)]
[TestFixture(1024 * 1024)]
[TestFixture(Pages.Size)]
public sealed class FileReplicaStoreOnSimulatedDiskTests(int below) : ReplicaStoreConformance
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
        if (store.Find(id)!.Value.Length < below)
        {
            var (path, start) = VolumeFiles.ContentOf(_disk, "/data/dfs", id);
            _disk.Flip(path, start + offset);
        }
        else
        {
            _disk.Flip(new ReplicaPaths("/data/dfs").ReplicaOf(id), offset);
        }
        return new(true);
    }

    private FileReplicaStore Make() => new(_disk, "/data/dfs", 0, null, NullLogger.Instance, new PackingSettings(below, 200_000));
}
