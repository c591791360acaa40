using LightDfs.Chance;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// Asks every listed address who answers there, proposes ids to machines that have none, recognises itself, and joins. Repeats it as long as someone is missing.
/// </summary>
internal sealed partial class PeerDiscovery(
    IPeerSource source, IPeerTransport transport, PeerClient client, Self self, MembershipState membership, Heartbeats heartbeats, Introductions introductions,
    ListedAddresses listed, BlankMachines blanks, Twins twins, StartSilence silence, Problems problems, TimeProvider time, RandomSource random, ILogger<PeerDiscovery> logger)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private uint _recheck;
    private int _asked;

    /// <summary>Completes when this machine serves: it has an id and a cluster, and everybody was asked once.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Why this machine does not serve, with the names of those whose answers it lacks; <see langword="null"/> when it does.</summary>
    public string? NotServingBecause =>
        self.NotServingBecause is not { } reason ? null : self.LacksOnlyCluster && silence.Named(WhySilent, self.Id) is { Length: > 0 } silent ? $"{reason}. {silent}" : reason;

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
            catch (Exception cause) when (cause is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // A disk that refuses, or a peer source that throws, also while the machine stops: the next round may do better, and health says so meanwhile.
                RoundFailed(logger, cause);
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One round before the server listens, for a machine that has nobody to ask. Whatever fails is left to the rounds in the background.</summary>
    public async Task StartAloneAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (membership.View.Map.Entries.Count <= 1 && (await PeersAsync(cancellationToken).ConfigureAwait(false)).Count == 0)
            {
                await RoundAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
        {
            RoundFailed(logger, cause);
        }
    }

    /// <summary>One round: asks whoever is missing, and takes the next step towards serving.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        listed.All = await ListedAsync(cancellationToken).ConfigureAwait(false);
        self.BlankBecause = null;
        await Several.ForEachAsync(WantedNow(), address => AskAsync(address, cancellationToken)).ConfigureAwait(false);
        await membership.SetSilentAsync([.. listed.All.Where(address => !HasAnswered(address))], cancellationToken).ConfigureAwait(false);
        await SettleIdAsync(cancellationToken).ConfigureAwait(false);
        await self.PublishAsync(cancellationToken).ConfigureAwait(false);
        await self.KeepClusterAsync(cancellationToken).ConfigureAwait(false);
        self.HasAsked = true;
        await SettleClusterAsync(cancellationToken).ConfigureAwait(false);
        ReportUnreachable();
        silence.Look(WhySilent, self.Id);
        if (!_ready.Task.IsCompleted && self.NotServingBecause is null)
        {
            // So that files are stored at once: a peer is chosen only after it has told that it has room. And a copy hears by it what it is.
            await (membership.View.IsLarge ? heartbeats.BeatUntoldAsync(cancellationToken) : heartbeats.BeatAllAsync(cancellationToken)).ConfigureAwait(false);
            if (self.NotServingBecause is null)
            {
                self.Standing.HasServed = true;
                _ready.TrySetResult();
                Serving(logger, self.Id!.Value, membership.View.Members);
            }
        }
    }

    /// <summary>All that are wanted; but of very many, once this machine serves, some after the others.</summary>
    private IEnumerable<string> WantedNow()
    {
        var wanted = Wanted();
        if (!_ready.Task.IsCompleted || !membership.View.IsLarge)
        {
            return wanted;
        }
        var all = wanted.Order(StringComparer.Ordinal).ToList();
        _asked = all.Count <= BeatSettings.CallsAtOnce ? 0 : (_asked + BeatSettings.CallsAtOnce) % all.Count;
        return all.Skip(_asked).Concat(all.Take(_asked)).Take(BeatSettings.CallsAtOnce);
    }

    /// <summary>
    /// Listed addresses where no member that is up is known to answer, and those of members that are down. A machine that answers but has not joined yet is asked again: it is
    /// nobody's to send heartbeats to, so only asking tells when it has. Of this machine's own, those of earlier runs, where a copy of it may answer, until it serves.
    /// And one more, each in turn: another machine may answer there by now.
    /// </summary>
    private IEnumerable<string> Wanted()
    {
        var members = membership.View.Map.Entries;
        var remembered = members.Values
            .Where(entry => entry.Id == self.Id ? self.NotServingBecause is not null : !client.Directory.Of(entry.Id).IsUp)
            .SelectMany(entry => entry.Self.Value.Addresses);
        var own = self.Addresses.Known;
        var wanted = listed.All.Concat(remembered).Distinct(StringComparer.Ordinal)
            .Where(address => !own.Contains(address)
                && (client.Directory.WhoIs(address) is not { } machine || !members.ContainsKey(machine) || !client.Directory.Of(machine).IsUp));
        var all = own.Union(listed.All, StringComparer.Ordinal).ToList();
        return all.Count == 0 ? wanted : wanted.Append(all[(int)(_recheck++ % (uint)all.Count)]).Distinct(StringComparer.Ordinal);
    }

    /// <summary>True when the machine at an address is known to belong: itself, or one of the membership. A stranger's answer is none.</summary>
    private bool HasAnswered(string address)
    {
        lock (_lock)
        {
            return self.Addresses.Known.Contains(address)
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
            if (who.Incarnation == self.Incarnation)
            {
                self.ReachedAt(address);
            }
            else
            {
                self.Addresses.LostAt(address);
                if (who.Machine != default && who.Machine != self.Id)
                {
                    await AnsweredAsync(address, who, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (PeerUnreachableException cause)
        {
            twins.GoneAt(address);
            lock (_lock)
            {
                _failures[address] = cause.Reason;
            }
            NoAnswer(logger, address, cause.Reason);
        }
    }

    private async Task AnsweredAsync(string address, MachineCard who, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _answered.Add(address);
            _failures.Remove(address);
        }
        blanks.Ended(address);
        if (self.Id is not null)
        {
            await heartbeats.BeatAsync(client.Directory.Of(who.Machine), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Who knows a large cluster is told what is new by the heartbeats that follow.</summary>
    private Task<MachineCard> WhoIsAsync(string address, CancellationToken cancellationToken) => WhoIsAsync(address, withMap: !membership.View.IsLarge, cancellationToken);

    private async Task<MachineCard> WhoIsAsync(string address, bool withMap, CancellationToken cancellationToken)
    {
        var answer = await client.AskAsync(address, ControlTimeouts.Answer, cancellationToken, withMap).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            var who = answer.Responder;
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            MembershipMap? map = null;
            if ((withMap || !message.IsEmpty) && !MembershipMap.TryDecode(message.Span, out map))
            {
                throw new PeerUnreachableException(address, "its membership map cannot be read: is it of another version of LightDfs?");
            }
            if (who.Machine != default && who.Machine == self.Id && who.Incarnation != self.Incarnation)
            {
                // Its map is not taken in: what it says of this id is no sign of what the others know.
                twins.AnsweredAt(address, who, counts: answer.Payload.Span is [1]);
                return who;
            }
            twins.GoneAt(address);
            if (!withMap && self.Id is null && who.Membership != membership.View.Map.Digest)
            {
                // Without an id it beats to nobody: nothing else tells it, for one, that the machine in whose place it is was replaced.
                return await WhoIsAsync(address, withMap: true, cancellationToken).ConfigureAwait(false);
            }
            if (map is not null && who.Incarnation != self.Incarnation && self.MayMerge(who, map) && (membership.View.Map.Entries.ContainsKey(who.Machine) || introductions.MayJoinAt(address, who.Machine)))
            {
                await self.MergeAsync(who, map, cancellationToken).ConfigureAwait(false);
            }
            return who;
        }
    }

    /// <summary>Proposes an id to a machine without one, unless its address is remembered as another machine's: then it may have lost its disk.</summary>
    private async Task<bool> ProposeAsync(string address, MachineCard blank, CancellationToken cancellationToken)
    {
        client.Directory.NobodyAt(address, "a machine without an id answers there.");
        if (blanks.RememberedAt(address) is { } other)
        {
            blanks.Report(address, other);
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
        foreach (var address in self.Addresses.Announced)
        {
            if (blanks.RememberedAt(address) is { } other)
            {
                self.BlankBecause = blanks.Report(address, other);
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
        var up = client.Directory.All.Where(peer => peer.IsUp && membership.View.Active.Contains(peer.Id)).Select(peer => peer.Id).ToList();
        if (membership.View.IsMajority(1 + up.Count) && up.TrueForAll(other => id < other))
        {
            await self.FoundClusterAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void ReportUnreachable() => problems.Set(
        "own address",
        self.Addresses.Announced.IsEmpty && client.Directory.All.Any(peer => peer.IsUp)
            ? "No address of this machine is known: its server listens on wildcards such as 0.0.0.0 only, none of the listed addresses is its own, and no other machine has reached it. "
                + "List its address, or set LightDfs:AdvertisedAddress to one at which the others reach it."
            : null);
}
