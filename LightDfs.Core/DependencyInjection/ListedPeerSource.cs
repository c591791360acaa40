using System.Collections.ObjectModel;
using LightDfs.Peers;

namespace LightDfs.DependencyInjection;

/// <summary>The peers are those that the options list.</summary>
internal sealed class ListedPeerSource(LightDfsOptions options) : IPeerSource
{
    private readonly ReadOnlyCollection<string> _peers = options.Peers.ToArray().AsReadOnly();

    public ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_peers);
    }
}
