using LightDfs.Identity;
using LightDfs.Testing.Conformance;
using LightDfs.Tests.Storage;

namespace LightDfs.Tests.Identity;

[Tests(typeof(FileMachineIdentityStore))]
public sealed class FileMachineIdentityStoreConformanceTests : MachineIdentityStoreConformance
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IMachineIdentityStore> CreateAsync() => new(new FileMachineIdentityStore(Path.Combine(_directory.Path, "data")));

    protected override ValueTask<IMachineIdentityStore> ReopenAsync(IMachineIdentityStore store) => CreateAsync();

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return default;
    }
}
