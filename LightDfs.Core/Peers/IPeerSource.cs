namespace LightDfs.Peers;

/// <summary>Says whom to ask at start: the addresses of machines that may belong to the cluster. The default takes <see cref="LightDfsOptions.Peers"/>.</summary>
public interface IPeerSource
{
    /// <summary>The addresses, in any form that the transport can normalise; this machine's own may be among them. Asked at start and again as long as not all answer.</summary>
    ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default);
}
