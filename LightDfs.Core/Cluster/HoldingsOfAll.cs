using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Asks every machine that is up what it holds, by partition.</summary>
internal sealed class HoldingsOfAll(IReplicaStore store, Self self, PeerClient client)
{
    /// <summary>To sum up a full disk takes longer than a small question.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>What each holds that told it, by machine. Who did not is not in it.</summary>
    public async Task<SortedDictionary<MachineId, SortedDictionary<int, Holding>>> AskAsync(ClusterView view, CancellationToken cancellationToken)
    {
        var told = await Task.WhenAll(view.Asked.Where(machine => machine != self.Id).Select(client.Directory.Of).Where(peer => peer.IsUp).Select(peer => AskAsync(peer, cancellationToken))).ConfigureAwait(false);
        var all = new SortedDictionary<MachineId, SortedDictionary<int, Holding>>();
        foreach (var (machine, holdings) in told)
        {
            if (holdings is not null)
            {
                all[machine] = holdings;
            }
        }
        if (self.Id is { } own && view.Asked.Contains(own))
        {
            all[own] = Holding.Of(store);
        }
        return all;
    }

    /// <summary>How many replicas a machine holds that are not known to be damaged, as far as it told; <see langword="null"/> when it has not.</summary>
    public long? WholeReplicasOf(MachineId machine)
    {
        if (machine == self.Id)
        {
            var usage = store.Usage;
            return usage.Replicas - usage.Damaged;
        }
        return client.Directory.Of(machine).View.Report is { } told ? told.Replicas - told.Damaged : null;
    }

    /// <summary>True when a machine holds replicas that fail verification, as far as it told: no good copies, but data that may be a file's last.</summary>
    public bool HasDamaged(MachineId machine) => machine == self.Id ? store.Usage.Damaged > 0 : client.Directory.Of(machine).View.Report is { Damaged: > 0 };

    private async Task<(MachineId Machine, SortedDictionary<int, Holding>? Holdings)> AskAsync(Peer peer, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync(peer, Operation.Holdings, default, null, Timeout, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                if (answer.Status != PeerStatus.Ok)
                {
                    return (peer.Id, null);
                }
                var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
                return (peer.Id, Holding.TryDecode(message.Span, out var holdings) ? holdings : null);
            }
        }
        catch (PeerUnreachableException)
        {
            // The plan says that it did not tell.
            return (peer.Id, null);
        }
    }
}
