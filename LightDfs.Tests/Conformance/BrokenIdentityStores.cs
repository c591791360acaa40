using LightDfs.Identity;
using LightDfs.Testing.Identity;

namespace LightDfs.Tests.Conformance;

/// <summary>A sound store for others to spoil in one point.</summary>
internal class BrokenIdentityStore : IMachineIdentityStore
{
    protected InMemoryMachineIdentityStore Sound { get; } = new();

    public virtual IMachineIdentityStore Reopened() => this;

    public virtual ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default) => Sound.LoadAsync(cancellationToken);

    public virtual ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default) => Sound.KeepAsync(proposed, cancellationToken);

    public virtual ValueTask<long> NextStartAsync(CancellationToken cancellationToken = default) => Sound.NextStartAsync(cancellationToken);
}

/// <summary>Two askers would believe that two machines live here.</summary>
internal sealed class SecondProposalKept : BrokenIdentityStore
{
    private MachineId? _last;

    public override ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default) => new(_last);

    public override async ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default)
    {
        await Sound.KeepAsync(proposed, cancellationToken);
        _last = proposed;
        return proposed;
    }
}

internal sealed class ForgottenByRestart : BrokenIdentityStore
{
    public override IMachineIdentityStore Reopened() => new ForgottenByRestart();
}

/// <summary>Makes an id up where none was kept: an empty mount would become a new machine.</summary>
internal sealed class SilentlyRemade : BrokenIdentityStore
{
    public override async ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default) => await Sound.LoadAsync(cancellationToken) ?? new MachineId(9);
}

internal sealed class ZeroKept : BrokenIdentityStore
{
    public override async ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default) =>
        proposed.Value == 0 ? proposed : await Sound.KeepAsync(proposed, cancellationToken);
}

/// <summary>Every two starts see the same number.</summary>
internal sealed class StartsInPairs : BrokenIdentityStore
{
    public override async ValueTask<long> NextStartAsync(CancellationToken cancellationToken = default) => (await Sound.NextStartAsync(cancellationToken) + 1) / 2;
}

internal sealed class KeepingCountsAsAStart : BrokenIdentityStore
{
    public override async ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default)
    {
        var kept = await Sound.KeepAsync(proposed, cancellationToken);
        await Sound.NextStartAsync(cancellationToken);
        return kept;
    }
}

internal sealed class IdentitySwallowingCancellation : BrokenIdentityStore
{
    public override ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default) => Sound.KeepAsync(proposed, CancellationToken.None);
}
