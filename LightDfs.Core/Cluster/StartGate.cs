using LightDfs.Membership;

namespace LightDfs.Cluster;

/// <summary>Holds calls back until this machine has met its peers, for at most the start time-out.</summary>
internal sealed class StartGate(Self self, PeerDiscovery discovery, Holders holders, MembershipState membership, StartPatience patience, TimeProvider time)
{
    /// <summary>Why this machine still does not serve; <see langword="null"/> when it does.</summary>
    public async ValueTask<IReadOnlyList<MachineFailure>?> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (discovery.Ready.IsCompletedSuccessfully)
        {
            // It may have found out since that it is a copy.
            return self.NotServingBecause is { } since ? [new MachineFailure(self.Id, "", since)] : null;
        }
        var left = patience.Left;
        if (left > TimeSpan.Zero)
        {
            try
            {
                await discovery.Ready.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (TimeoutException)
            {
                // Said below, with the reason.
            }
        }
        return self.NotServingBecause is { } reason
            ? [new MachineFailure(self.Id, "", reason), .. holders.Silent(membership.View)]
            : null;
    }
}
