using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Conformance;
using LightDfs.Tests.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Tests.Storage;

[Tests(typeof(FileReplicaStore))]
public sealed class FileReplicaStoreOnRealDiskTests : ReplicaStoreConformance
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IReplicaStore> CreateAsync() => new(Make());

    protected override ValueTask<IReplicaStore?> ReopenAsync(IReplicaStore disposed) => new(Make());

    protected override ValueTask<bool> DamageAsync(IReplicaStore store, FileId id, long offset)
    {
        var inFile = new ReplicaPaths(_directory.Path).ReplicaOf(id);
        var (path, start) = File.Exists(inFile) ? (inFile, 0) : VolumeFiles.ContentOf(new PhysicalDisk(), _directory.Path, id);
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = start + offset;
        var value = file.ReadByte();
        file.Position = start + offset;
        file.WriteByte((byte)(value ^ 1));
        return new(true);
    }

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return default;
    }

    private FileReplicaStore Make() => new(_directory.Path, 0, TimeProvider.System, NullLogger<FileReplicaStore>.Instance);
}
