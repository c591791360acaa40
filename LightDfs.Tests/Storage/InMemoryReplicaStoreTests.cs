using LightDfs.Storage;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage;

[Tests(typeof(InMemoryReplicaStore))]
public sealed class InMemoryReplicaStoreTests : ReplicaStoreConformance
{
    protected override ValueTask<IReplicaStore> CreateAsync() => new(new InMemoryReplicaStore());

    protected override ValueTask<IReplicaStore?> ReopenAsync(IReplicaStore disposed) => new(disposed);

    protected override ValueTask<IReplicaStore?> CrashAsync(IReplicaStore store, int seed) => new(store);

    protected override ValueTask<bool> DamageAsync(IReplicaStore store, FileId id, long offset)
    {
        ((InMemoryReplicaStore)store).FlipByte(id, offset);
        return new(true);
    }
}
