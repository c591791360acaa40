using System.Collections.Concurrent;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// Tells every other machine once a second how this one is, hears how they are, and evens out membership maps that differ. In a large cluster it tells some of them in each second, and the rest
/// in turn.
/// </summary>
internal sealed partial class Heartbeats(
    PeerClient client, Self self, MembershipState membership, Introductions introductions, SettingsCheck settings, Func<PeerReport> report, Problems problems, BeatPlan plan, int mapsAtOnce,
    TimeProvider time, ILogger<Heartbeats> logger)
{
    /// <summary>So often a machine is refused before that is a problem: at a start it is only too early.</summary>
    private const int Tries = 3;

    private readonly ConcurrentDictionary<MachineId, Task> _underWay = new();
    private readonly ConcurrentDictionary<MachineId, int> _refusals = new();
    private int _mapsSent;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ControlTimeouts.HeartbeatEvery, time);
        do
        {
            // Not awaited: one machine that hangs must not delay the beats to the others.
            _ = BeatSomeAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What is due in each second: one beat to every other machine or, in a large cluster, to those whose turn it is.</summary>
    public Task BeatSomeAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _mapsSent, 0);
        var view = membership.View;
        return view.IsLarge && self.Id is { } id
            ? BeatAsync(plan.Next(view, id).Select(machine => view.Map.Entries.GetValueOrDefault(machine)).OfType<MachineEntry>(), cancellationToken)
            : BeatAllAsync(cancellationToken);
    }

    /// <summary>One beat to every other machine.</summary>
    public Task BeatAllAsync(CancellationToken cancellationToken)
    {
        return self.Id is { } id ? BeatAsync(membership.View.Map.Entries.Values.Where(entry => entry.Id != id), cancellationToken) : Task.CompletedTask;
    }

    /// <summary>One beat to every other machine whose present run has not told how it is.</summary>
    public Task BeatUntoldAsync(CancellationToken cancellationToken)
    {
        return self.Id is { } id
            ? BeatAsync(membership.View.Map.Entries.Values.Where(entry => entry.Id != id && client.Directory.Of(entry.Id).View.Report is null), cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>One beat to each of these, wherever they say that they are.</summary>
    public Task BeatAsync(IEnumerable<MachineEntry> machines, CancellationToken cancellationToken) => Several.ForEachAsync(machines, entry =>
    {
        var peer = client.Directory.Of(entry.Id);
        foreach (var address in entry.Self.Value.Addresses.Where(address => client.WhyNotAsked(address) is null))
        {
            peer.TryAt(address);
        }
        return BeatAsync(peer, cancellationToken);
    });

    /// <summary>Tells every machine that is up how this one is, and waits for no more than their answers: the last thing that a machine says. Who does not hear it finds out.</summary>
    public async Task TellAllAsync(CancellationToken cancellationToken)
    {
        if (self.Id is not { } id)
        {
            return;
        }
        var told = report().Encode();
        await Several.ForEachAsync(membership.View.Map.Entries.Keys.Where(machine => machine != id).Select(client.Directory.Of).Where(peer => peer.IsUp), TellAsync).ConfigureAwait(false);

        async Task TellAsync(Peer peer)
        {
            try
            {
                var answer = await client.CallAsync(peer, Operation.Heartbeat, told, null, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
                await answer.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is PeerUnreachableException or OperationCanceledException)
            {
                // It notices when this machine stops answering.
            }
        }
    }

    /// <summary>One beat to one machine; joins the one that is under way. Failures are noted, not thrown.</summary>
    public Task BeatAsync(Peer peer, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _underWay.GetOrAdd(peer.Id, begun.Task);
        return running == begun.Task ? BeatAsync(peer, begun, cancellationToken) : running;
    }

    /// <summary>Takes what another machine told of itself.</summary>
    public void Heard(Peer peer, PeerReport told)
    {
        peer.Reported(told);
        if (!membership.View.Map.Entries.ContainsKey(peer.Id))
        {
            // How a stranger is set up is nobody's trouble here.
            return;
        }
        settings.Heard(peer, told);
        if (membership.View.IsLarge)
        {
            plan.Heard(told.Down);
        }
        var ahead = peer.View.ClockAhead ?? TimeSpan.Zero;
        problems.Set($"clock {peer.Id}", ahead.Duration() > ControlTimeouts.ClockTolerance
            ? $"The clock of machine '{peer.Id}' at '{peer.View.Address}' is {ahead.Duration():c} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's. Files are safe, but times are wrong: set up time synchronisation."
            : null);
    }

    /// <summary>Gives a machine this one's membership map, and takes the merged one.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    public async Task ExchangeAsync(Peer peer, CancellationToken cancellationToken)
    {
        var body = new PeerBody(membership.View.Map.Encoded);
        var answer = await client.CallAsync(peer, Operation.Membership, default, body, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status != PeerStatus.Ok)
            {
                Refused(peer, answer.Reason);
                return;
            }
            TakenIn(peer);
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            if (MembershipMap.TryDecode(message.Span, out var map))
            {
                await self.MergeAsync(answer.Responder, map, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task BeatAsync(Peer peer, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        try
        {
            bool isToldAddresses;
            var answer = await client.CallAsync(peer, Operation.Heartbeat, report().Encode(), null, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                self.Standing.CopySign(peer.Id.ToString(), answer.Status == PeerStatus.Conflict ? $"machine '{peer.Id}' says that {answer.Reason}" : null);
                if (answer.Status != PeerStatus.Ok || !PeerReport.TryDecode(answer.Payload.Span, out var told))
                {
                    return;
                }
                Heard(peer, told);
                isToldAddresses = IsToldAddresses(told);
            }
            if (isToldAddresses)
            {
                await introductions.TellAsync(peer, cancellationToken).ConfigureAwait(false);
            }
            if (answer.Responder.Membership == membership.View.Map.Digest)
            {
                TakenIn(peer);
            }
            else if (self.MayMerge(answer.Responder) && introductions.RefuseToTakeIn(answer.Responder) is null && MaySendMap())
            {
                if (!isToldAddresses)
                {
                    // It may not know this machine yet, and would refuse the map.
                    await introductions.TellAsync(peer, cancellationToken).ConfigureAwait(false);
                }
                await ExchangeAsync(peer, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception cause) when (cause is PeerUnreachableException or OperationCanceledException || cancellationToken.IsCancellationRequested)
        {
            // Noted by the client; a stopping machine has nothing to note.
            self.Standing.CopySign(peer.Id.ToString(), null);
        }
        catch (Exception cause)
        {
            BeatFailed(logger, peer.Id, cause);
            problems.Report($"beat {peer.Id}", $"Heartbeats to machine '{peer.Id}' fail here. {cause.GetType().Name}: {cause.Message} The next one is tried all the same; the log has more of it.");
        }
        finally
        {
            _underWay.TryRemove(peer.Id, out _);
            begun.TrySetResult();
        }
    }

    /// <summary>In a large cluster the addresses of members are told by the membership; besides, only who does not reach this machine is told them, or is to be sent the map.</summary>
    private bool IsToldAddresses(PeerReport told) => !membership.View.IsLarge || !self.Standing.IsKnown || told.Down.Any(machine => machine.Id == self.Id);

    /// <summary>A change is told by everybody who has it, and in a large cluster the map is long: so not to all who lack it at once. In the next second they may have it from others.</summary>
    private bool MaySendMap() => !membership.View.IsLarge || Interlocked.Increment(ref _mapsSent) <= mapsAtOnce;

    private void TakenIn(Peer peer)
    {
        self.Standing.TakenInBy(peer.Id);
        _refusals.TryRemove(peer.Id, out _);
        problems.Set($"joining {peer.Id}", null);
    }

    private void Refused(Peer peer, string reason)
    {
        self.Standing.RefusedBy(peer.Id, reason);
        if (_refusals.AddOrUpdate(peer.Id, 1, static (_, count) => count + 1) >= Tries)
        {
            problems.Report($"joining {peer.Id}", $"Machine '{peer.Id}' at '{peer.View.Address}' does not take this machine in: {reason}.");
        }
    }
}
