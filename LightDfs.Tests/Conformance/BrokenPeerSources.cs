using LightDfs.Peers;

namespace LightDfs.Tests.Conformance;

/// <summary>A sound source for others to spoil in one point.</summary>
internal class BrokenPeerSource : IPeerSource
{
    public static readonly string[] Addresses = ["memory://a", "memory://b", "memory://c"];

    public virtual async ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        return [.. Addresses];
    }
}

internal sealed class OneAddressMissing : BrokenPeerSource
{
    public override async ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) => [.. (await base.GetPeersAsync(cancellationToken)).Skip(1)];
}

internal sealed class NoAddressAmongThem : BrokenPeerSource
{
    public override async ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) => [.. await base.GetPeersAsync(cancellationToken), "10.0.0.1"];
}

/// <summary>As a list that is used up by reading it.</summary>
internal sealed class AnsweringOnce : BrokenPeerSource
{
    private int _asked;

    public override async ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) =>
        Interlocked.Increment(ref _asked) == 1 ? await base.GetPeersAsync(cancellationToken) : [];
}

internal sealed class LivingList : BrokenPeerSource
{
    private readonly List<string> _living = [.. Addresses];

    public override ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        _living.Reverse();
        return new(_living);
    }
}

internal sealed class SourceSwallowingCancellation : BrokenPeerSource
{
    public override ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) => base.GetPeersAsync(CancellationToken.None);
}
