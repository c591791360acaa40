using System.Collections.Immutable;

namespace LightDfs.Membership;

/// <content>What the peer source names.</content>
internal sealed partial class PeerDiscovery
{
    private async ValueTask<ImmutableArray<string>> ListedAsync(CancellationToken cancellationToken)
    {
        var normal = new List<string>();
        foreach (var address in await PeersAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var usual = transport.Normalize(address);
                normal.Add(usual);
                if (client.WhyNotAsked(usual) is { } refusal)
                {
                    problems.Report($"address {address}", $"The peer source names '{address}', but {refusal}");
                }
                else
                {
                    problems.Set($"address {address}", null);
                }
            }
            catch (FormatException cause)
            {
                problems.Report($"address {address}", $"The peer source names '{address}', which is no address: {cause.Message}");
            }
        }
        return [.. normal.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the peer source says, which is others' code: it gets a time to say it.</summary>
    private async Task<IReadOnlyList<string>> PeersAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(ControlTimeouts.PeerSource, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await source.GetPeersAsync(either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The peer source named no peers within {ControlTimeouts.PeerSource.TotalSeconds:0} s. It is asked again.", cause);
        }
    }
}
