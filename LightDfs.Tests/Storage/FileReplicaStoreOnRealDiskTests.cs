using LightDfs.Storage;
using LightDfs.Testing.Conformance;
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
        using var file = File.Open(new ReplicaPaths(_directory.Path).ReplicaOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
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
