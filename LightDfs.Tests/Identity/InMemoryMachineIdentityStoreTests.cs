using LightDfs.Identity;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Identity;

namespace LightDfs.Tests.Identity;

[Tests(typeof(InMemoryMachineIdentityStore))]
public sealed class InMemoryMachineIdentityStoreTests : MachineIdentityStoreConformance
{
    protected override ValueTask<IMachineIdentityStore> CreateAsync() => new(new InMemoryMachineIdentityStore());

    protected override ValueTask<IMachineIdentityStore> ReopenAsync(IMachineIdentityStore store) => new(store);
}
