using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// Asks every listed address who answers there, proposes ids to machines that have none, recognises itself, and joins. Repeats it as long as someone is missing.
/// </summary>
internal sealed partial class PeerDiscovery(
    IPeerSource source, IPeerTransport transport, PeerClient client, Self self, MembershipState membership, Heartbeats heartbeats, Problems problems,
    TimeProvider time, RandomSource random, ILogger<PeerDiscovery> logger)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Completes when this machine serves: it has an id and a cluster, and everybody was asked once.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Why a listed address never answered.</summary>
    public string WhySilent(string address)
    {
        lock (_lock)
        {
            return _failures.TryGetValue(address, out var why) ? why : "not asked yet";
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var pause = ControlTimeouts.FirstRetry; ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, ControlTimeouts.HeartbeatEvery.Ticks)))
        {
            try
            {
                await RoundAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
            {
                // A disk that refuses, or a peer source that throws: the next round may do better, and health says so meanwhile.
                RoundFailed(logger, cause);
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One round: asks whoever is missing, and takes the next step towards serving.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var listed = await ListedAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(Wanted(listed).Select(address => AskAsync(address, cancellationToken))).ConfigureAwait(false);
        await membership.SetSilentAsync([.. listed.Where(address => !HasAnswered(address))], cancellationToken).ConfigureAwait(false);
        await SettleIdAsync(cancellationToken).ConfigureAwait(false);
        await self.PublishAsync(cancellationToken).ConfigureAwait(false);
        self.HasAsked = true;
        await SettleClusterAsync(cancellationToken).ConfigureAwait(false);
        if (!_ready.Task.IsCompleted && self.NotServingBecause is null)
        {
            // So that files are stored at once: a peer is chosen only after it has told that it has room.
            await heartbeats.BeatAllAsync(cancellationToken).ConfigureAwait(false);
            _ready.TrySetResult();
            Serving(logger, self.Id!.Value, membership.View.Members);
        }
    }

    private async ValueTask<IReadOnlyList<string>> ListedAsync(CancellationToken cancellationToken)
    {
        var listed = new List<string>();
        foreach (var address in await source.GetPeersAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                listed.Add(transport.Normalize(address));
                problems.Set($"address {address}", null);
            }
            catch (FormatException cause)
            {
                problems.Set($"address {address}", $"The peer source names '{address}', which is no address: {cause.Message}");
            }
        }
        return [.. listed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Listed addresses, and those of members, where no member that is up is known to answer. A machine that answers but has not joined yet is asked again: it is nobody's to
    /// send heartbeats to, so only asking tells when it has.
    /// </summary>
    private IEnumerable<string> Wanted(IReadOnlyList<string> listed)
    {
        var members = membership.View.Map.Entries;
        var remembered = members.Values.Where(entry => entry.Id != self.Id).SelectMany(entry => entry.Self.Value.Addresses);
        var own = self.Addresses;
        return listed.Concat(remembered).Distinct(StringComparer.Ordinal)
            .Where(address => !own.Contains(address)
                && (client.Directory.WhoIs(address) is not { } machine || !members.ContainsKey(machine) || !client.Directory.Of(machine).IsUp));
    }

    /// <summary>True when the machine at an address is known to belong: itself, or one of the membership. A stranger's answer is none.</summary>
    private bool HasAnswered(string address)
    {
        lock (_lock)
        {
            return self.Addresses.Contains(address)
                || (_answered.Contains(address) && client.Directory.WhoIs(address) is { } machine && membership.View.Map.Entries.ContainsKey(machine));
        }
    }

    private async Task AskAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            var who = await WhoIsAsync(address, cancellationToken).ConfigureAwait(false);
            if (who.Machine == default && who.Incarnation != self.Incarnation && await ProposeAsync(address, who, cancellationToken).ConfigureAwait(false))
            {
                who = await WhoIsAsync(address, cancellationToken).ConfigureAwait(false);
            }
            lock (_lock)
            {
                if (who.Incarnation == self.Incarnation)
                {
                    self.ReachedAt(address);
                }
                else if (who.Machine != default)
                {
                    _answered.Add(address);
                    _failures.Remove(address);
                }
            }
            if (who.Machine != default)
            {
                problems.Set($"blank {address}", null);
            }
            if (who.Machine != default && self.Id is not null && who.Incarnation != self.Incarnation)
            {
                await heartbeats.BeatAsync(client.Directory.Of(who.Machine), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PeerUnreachableException cause)
        {
            lock (_lock)
            {
                _failures[address] = cause.Reason;
            }
            NoAnswer(logger, address, cause.Reason);
        }
    }

    private async Task<MachineCard> WhoIsAsync(string address, CancellationToken cancellationToken)
    {
        var answer = await client.AskAsync(address, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            if (!MembershipMap.TryDecode(message.Span, out var map))
            {
                throw new PeerUnreachableException(address, "its membership map cannot be read: is it of another version of LightDfs?");
            }
            if (answer.Responder.Incarnation != self.Incarnation && self.MayMerge(answer.Responder))
            {
                await membership.MergeAsync(map, cancellationToken).ConfigureAwait(false);
            }
            return answer.Responder;
        }
    }

    /// <summary>Proposes an id to a machine without one, unless its address is remembered as another machine's: then it may have lost its disk.</summary>
    private async Task<bool> ProposeAsync(string address, MachineCard blank, CancellationToken cancellationToken)
    {
        if (membership.View.Map.At(address) is { } other)
        {
            ReportBlank(address, other);
            return false;
        }
        var answer = await client.ProposeAsync(address, blank.Incarnation, MachineId.Draw(random), ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return answer.Status == PeerStatus.Ok;
        }
    }

    private async ValueTask SettleIdAsync(CancellationToken cancellationToken)
    {
        if (self.Id is not null)
        {
            return;
        }
        foreach (var address in self.Addresses)
        {
            if (membership.View.Map.At(address) is { } other)
            {
                ReportBlank(address, other);
                return;
            }
        }
        await self.KeepIdAsync(MachineId.Draw(random), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The machine with the least id among those that answer draws the cluster's id, once it sees more than half of N; the others adopt it.</summary>
    private async ValueTask SettleClusterAsync(CancellationToken cancellationToken)
    {
        if (self.Cluster is not null || self.Id is not { } id)
        {
            return;
        }
        var up = client.Directory.All.Where(peer => peer.IsUp && membership.View.Map.Entries.ContainsKey(peer.Id)).Select(peer => peer.Id).ToList();
        if (membership.View.IsMajority(1 + up.Count) && up.TrueForAll(other => id < other))
        {
            await self.FoundClusterAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void ReportBlank(string address, MachineId other) => problems.Set(
        $"blank {address}",
        $"The machine at '{address}' has an empty data directory, but the cluster remembers machine '{other}' there. Mount that machine's data directory; or start the empty one at another listed address.");
}
