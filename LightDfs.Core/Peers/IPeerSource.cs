namespace LightDfs.Peers;

/// <summary>Says whom to ask at start: the addresses of machines that may belong to the cluster. The default takes <see cref="LightDfsOptions.Peers"/>.</summary>
public interface IPeerSource
{
    /// <summary>The addresses, in any form that the transport can normalise; this machine's own may be among them.</summary>
    /// <remarks>
    /// Asked at start, and about once a second from then on: keep what is dear to find out. An answer that takes more than 5 seconds, or a failure, is logged, and the source is
    /// asked again.
    /// </remarks>
    /// <returns>An answer of its own: it does not change when the source is asked again. Empty for a machine that stays alone.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default);
}
