using LightDfs.Membership;

namespace LightDfs.Cluster;

/// <summary>Holds calls back until this machine has met its peers, for at most the start time-out.</summary>
internal sealed class StartGate(Self self, PeerDiscovery discovery, Holders holders, MembershipState membership, Admission admission, StartPatience patience, TimeProvider time)
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

    /// <summary>
    /// Waits until this machine takes files itself, which it does not before it knows its cluster for sure: whom a file is to go to is a matter of that cluster. After the time-out it goes on all the same,
    /// and is refused with the reason.
    /// </summary>
    public ValueTask WaitToWriteAsync(CancellationToken cancellationToken) => patience.WaitUntilAsync(() => admission.Refusal is not { EndsSoon: true }, cancellationToken);
}
