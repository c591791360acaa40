namespace LightDfs.DependencyInjection;

/// <summary>What the registering code said. Kept apart from the options, because configuring those again appends to their list again.</summary>
internal sealed class LightDfsRegistration
{
    private readonly List<string> _peers = [];

    public IReadOnlyList<string> Peers => _peers;

    public void AddPeers(IEnumerable<string> peers) => _peers.AddRange(peers.Where(peer => !_peers.Contains(peer, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToList());
}
