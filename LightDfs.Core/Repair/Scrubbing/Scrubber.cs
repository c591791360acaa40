using System.Diagnostics.Metrics;
using LightDfs.Cluster;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair.Scrubbing;

/// <summary>
/// Reads every replica of this machine once in each period, in id order and evenly over the period, so that damage is found while other machines still have good copies.
/// How far it has come outlives restarts. It only marks and reports what is damaged; reconciling replaces it.
/// </summary>
internal sealed partial class Scrubber(IReplicaStore store, TimeSpan period, DamageReport damage, Meter meter, TimeProvider time, ILogger<Scrubber> logger)
{
    private const string Document = "scrub";
    private const int Batch = 64;

    /// <summary>Most bytes that one step reads, unless the disk holds so much that the period needs more.</summary>
    public const long StepBytes = 64L * 1024 * 1024;

    private static readonly TimeSpan StepTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaveTime = TimeSpan.FromMinutes(1);
    private readonly Counter<long> _replicas = meter.CreateCounter<long>("lightdfs.scrub.replicas", "{replica}", "Replicas that were read whole to verify them.");
    private readonly Counter<long> _bytes = meter.CreateCounter<long>("lightdfs.scrub.bytes", "By", "Content bytes that were read to verify replicas.");
    private volatile ScrubProgress? _progress;
    private ScrubProgress? _saved;
    private long _savedAt;

    /// <summary>Since when everything held has been verified at least once, or is newer; <see langword="null"/> while that is not known.</summary>
    public DateTimeOffset? VerifiedSince => _progress is { VerifiedSince: var since } && since != default ? since : null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(StepTime, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await StepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Verifies what is due now. How many replicas had their turn.</summary>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        var progress = _progress ??= await LoadAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (progress.Begun > now)
        {
            ClockSetBack(logger);
            progress = _progress = progress.Again(now);
        }
        var elapsed = now - progress.Begun;
        var isOver = elapsed >= period;
        var usage = store.Usage;
        // Once the period is over, everything is due: what was deleted meanwhile has made the counts differ.
        var due = isOver ? long.MaxValue : (long)((Int128)usage.Replicas * elapsed.Ticks / period.Ticks) - progress.Done;
        var (count, isAtEnd) = await VerifyAsync(due, Math.Max(StepBytes, (long)(2 * usage.Bytes * (StepTime / period))), cancellationToken).ConfigureAwait(false);
        if (isAtEnd && isOver)
        {
            CycleEnded(logger, _progress.Done, _progress.Begun);
            _progress = _progress.Next(now);
            await SaveAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_progress != _saved && time.GetElapsedTime(_savedAt) >= SaveTime)
        {
            await SaveAsync(cancellationToken).ConfigureAwait(false);
        }
        return count;
    }

    private async Task<(int Count, bool IsAtEnd)> VerifyAsync(long due, long mostBytes, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        while (count < due && bytes < mostBytes)
        {
            var stamps = store.List(_progress!.After, Batch);
            if (stamps.Count == 0)
            {
                return (count, true);
            }
            foreach (var stamp in stamps)
            {
                if (stamp.State == ReplicaState.Deleted)
                {
                    _progress = _progress with { After = stamp.Id };
                    continue;
                }
                if (count >= due || bytes >= mostBytes)
                {
                    break;
                }
                // What is damaged already is not made worse by waiting, nor better by reading it again.
                var isGap = stamp.State == ReplicaState.Present && !await TryVerifyAsync(stamp, cancellationToken).ConfigureAwait(false);
                bytes += stamp.Length;
                count++;
                _progress = _progress.Past(stamp.Id, isGap);
            }
        }
        return (count, false);
    }

    /// <summary>False when the replica could be neither verified nor found damaged.</summary>
    private async Task<bool> TryVerifyAsync(ReplicaStamp stamp, CancellationToken cancellationToken)
    {
        string? reason = null;
        try
        {
            await store.VerifyAsync(stamp.Id, cancellationToken).ConfigureAwait(false);
            _replicas.Add(1);
            _bytes.Add(stamp.Length);
        }
        catch (Exception cause) when (cause is LightDfsException or IOException)
        {
            reason = cause.Message;
        }
        if (store.Find(stamp.Id) is { State: ReplicaState.Damaged })
        {
            damage.FoundByScrubbing(stamp.Id);
            return true;
        }
        if (reason is not null)
        {
            NotVerified(logger, stamp.Id, reason);
        }
        return reason is null;
    }

    private async Task<ScrubProgress> LoadAsync(CancellationToken cancellationToken)
    {
        _savedAt = time.GetTimestamp();
        try
        {
            if (await store.LoadDocumentAsync(Document, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                if (ScrubProgress.TryDecode(bytes.Span, out var kept))
                {
                    return _saved = kept;
                }
                ProgressLost(logger, $"The document '{Document}' was written by a newer version, or is damaged.");
            }
        }
        catch (Exception cause) when (cause is LightDfsException or IOException or InvalidDataException)
        {
            ProgressLost(logger, cause.Message);
        }
        return ScrubProgress.First(time.GetUtcNow(), store.Usage is { Replicas: 0 });
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        // Also after a failure: the next minute tries again.
        _savedAt = time.GetTimestamp();
        var progress = _progress!;
        try
        {
            await store.SaveDocumentAsync(Document, progress.Encode(), cancellationToken).ConfigureAwait(false);
            _saved = progress;
        }
        catch (Exception cause) when (cause is LightDfsException or IOException)
        {
            ProgressNotSaved(logger, cause.Message);
        }
    }
}
