using LightDfs.Peers;

namespace LightDfs.Testing.Peers;

/// <summary>A peer source in memory, for tests: names what it is told to, and may be told otherwise while a machine runs. Thread-safe.</summary>
/// <param name="peers">The addresses to begin with.</param>
public sealed class InMemoryPeerSource(params IEnumerable<string> peers) : IPeerSource
{
    private volatile IReadOnlyList<string> _peers = [.. peers];

    /// <summary>From now on these addresses are named. Answers given before stay as they are.</summary>
    public void Set(params IEnumerable<string> peers) => _peers = [.. peers];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_peers);
    }
}
