using LightDfs.Membership;

namespace LightDfs.Cluster;

/// <summary>Holds calls back until this machine has met its peers, for at most the start time-out.</summary>
internal sealed class StartGate(Self self, PeerDiscovery discovery, Holders holders, MembershipState membership, Func<bool> isClusterSettled, TimeSpan timeout, TimeProvider time)
{
    /// <summary>How often is looked whether the machines agree on their cluster: when they do is nobody's to tell.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private long? _started;

    /// <summary>From here on the time-out runs; before, each call waits for all of it.</summary>
    public void Start() => _started = time.GetTimestamp();

    private TimeSpan Left => _started is { } started ? timeout - time.GetElapsedTime(started) : timeout;

    /// <summary>
    /// As <see cref="WaitAsync"/>; and machines that have just been started together, and hold nothing yet, may still be agreeing on the id of their cluster, which is waited for too. Who does not know it
    /// then takes nothing, and says so.
    /// </summary>
    public async ValueTask<IReadOnlyList<MachineFailure>?> WaitToStoreAsync(CancellationToken cancellationToken)
    {
        var reasons = await WaitAsync(cancellationToken).ConfigureAwait(false);
        while (reasons is null && !isClusterSettled() && Left > TimeSpan.Zero)
        {
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
        return reasons;
    }

    /// <summary>Why this machine still does not serve; <see langword="null"/> when it does.</summary>
    public async ValueTask<IReadOnlyList<MachineFailure>?> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (discovery.Ready.IsCompletedSuccessfully)
        {
            // It may have found out since that it is a copy.
            return self.NotServingBecause is { } since ? [new MachineFailure(self.Id, "", since)] : null;
        }
        var left = Left;
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
