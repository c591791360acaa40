using System.Collections.Concurrent;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>Tells every other machine once a second how this one is, hears how they are, and evens out membership maps that differ.</summary>
internal sealed partial class Heartbeats(
    PeerClient client, Self self, MembershipState membership, Func<PeerReport> report, Problems problems, TimeProvider time, ILogger<Heartbeats> logger)
{
    private readonly ConcurrentDictionary<MachineId, Task> _underWay = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ControlTimeouts.HeartbeatEvery, time);
        do
        {
            // Not awaited: one machine that hangs must not delay the beats to the others.
            _ = BeatAllAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>One beat to every other machine.</summary>
    public Task BeatAllAsync(CancellationToken cancellationToken)
    {
        if (self.Id is not { } id)
        {
            return Task.CompletedTask;
        }
        var beats = new List<Task>();
        foreach (var entry in membership.View.Map.Entries.Values)
        {
            if (entry.Id != id)
            {
                var peer = client.Directory.Of(entry.Id);
                foreach (var address in entry.Self.Value.Addresses)
                {
                    peer.TryAt(address);
                }
                beats.Add(BeatAsync(peer, cancellationToken));
            }
        }
        return Task.WhenAll(beats);
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
        var own = report();
        problems.Set($"settings {peer.Id}", Difference(own, told) is { } difference
            ? $"Machine '{peer.Id}' at '{peer.View.Address}' runs with {difference}. These must be equal on all machines."
            : null);
        var ahead = peer.View.ClockAhead ?? TimeSpan.Zero;
        problems.Set($"clock {peer.Id}", ahead.Duration() > ControlTimeouts.ClockTolerance
            ? $"The clock of machine '{peer.Id}' at '{peer.View.Address}' is {ahead.Duration():c} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's. Files are safe, but times are wrong: set up time synchronisation."
            : null);
    }

    private async Task BeatAsync(Peer peer, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync(peer, Operation.Heartbeat, report().Encode(), null, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
            bool differs;
            await using (answer.ConfigureAwait(false))
            {
                if (answer.Status == PeerStatus.Ok && PeerReport.TryDecode(answer.Payload.Span, out var told))
                {
                    Heard(peer, told);
                }
                differs = answer.Responder.Membership != membership.View.Map.Digest && self.MayMerge(answer.Responder);
            }
            if (differs)
            {
                await ExchangeAsync(peer, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception cause) when (cause is PeerUnreachableException or OperationCanceledException)
        {
            // Noted by the client; a stopping machine has nothing to note.
        }
        catch (Exception cause)
        {
            BeatFailed(logger, peer.Id, cause);
        }
        finally
        {
            _underWay.TryRemove(peer.Id, out _);
            begun.TrySetResult();
        }
    }

    /// <summary>Gives a machine this one's membership map, and takes the merged one.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    public async Task ExchangeAsync(Peer peer, CancellationToken cancellationToken)
    {
        var body = new PeerBody(membership.View.Map.Encoded);
        var answer = await client.CallAsync(peer, Operation.Membership, default, body, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            var message = await answer.ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            if (answer.Status == PeerStatus.Ok && MembershipMap.TryDecode(message.Span, out var map))
            {
                await membership.MergeAsync(map, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Settings that must agree, and do not; <see langword="null"/> when all do.</summary>
    public static string? Difference(PeerReport own, PeerReport told)
    {
        var differences = new List<string>();
        void Compare<T>(string option, T here, T there)
        {
            if (!EqualityComparer<T>.Default.Equals(here, there))
            {
                differences.Add($"{option} {there} (here {here})");
            }
        }
        Compare(nameof(LightDfsOptions.Replicas), own.ReplicaSetting, told.ReplicaSetting);
        Compare(nameof(LightDfsOptions.SegmentSize), own.SegmentSize, told.SegmentSize);
        Compare("hash ring", own.RingKind, told.RingKind);
        return differences.Count == 0 ? null : string.Join(", ", differences);
    }
}
