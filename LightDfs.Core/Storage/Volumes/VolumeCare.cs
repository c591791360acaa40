using System.Buffers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage.Volumes;

/// <summary>
/// Works in the background on volumes that are sealed: writes their checkpoints, and compacts those of which little counts any more, or which are many and small. What counts of a volume is appended
/// again, entry by entry, under the locks of the ids; when that is durable the old volume is removed, and only then are removals let go of that nothing older is left of.
/// </summary>
internal sealed partial class VolumeCare(ReplicaFiles files, ILogger logger) : IAsyncDisposable
{
    /// <summary>Sealed volumes below a quarter of the full size that may be left lying.</summary>
    private const int MostSmall = 8;
    private const int MovedAtOnce = 64;

    /// <summary>After a failure nothing is tried for so long, since entries are let go of many times a second; after each further one for twice as long.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isWoken;
    private bool _isStopped;
    private volatile string? _trouble;
    private long _failedAt;
    private TimeSpan _pause = ShortestPause;

    /// <summary>Why nothing is compacted, or the last attempt failed; <see langword="null"/> when all is well.</summary>
    public string? Trouble => files.Volumes.Unreadable is { } volume
        ? $"Some of '{volume.Path}' could not be read at the start. What may be in it is kept, so no volumes are compacted, and what is deleted frees no space. Check the disk, and restart: the next start looks again. If it stays so, replace the disk."
        : _trouble;

    /// <summary>Some entry of this volume does not count any more.</summary>
    public void Consider(VolumePlace place)
    {
        if (place.IsInVolume && files.Volumes.Find(place.Volume) is { IsSealed: true } volume && IsWorthIt(volume))
        {
            Wake();
        }
    }

    /// <summary>Looks whether there is something to do.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_trouble is not null && files.Time.GetElapsedTime(_failedAt) < _pause)
            {
                return;
            }
            _isWoken = true;
            if (!_isRunning && !_isStopped)
            {
                _isRunning = true;
                _running = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Ends when there is nothing to do. For tests.</summary>
    public Task RestAsync()
    {
        lock (_lock)
        {
            return _running;
        }
    }

    /// <summary>Stops what goes on, as soon as nothing is half done.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }
            _isStopped = true;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        await RestAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (TryGoOn())
        {
            try
            {
                await WorkAsync(_stopping.Token).ConfigureAwait(false);
                (_trouble, _pause) = (null, ShortestPause);
            }
            catch (OperationCanceledException) when (_isStopped)
            {
                // The store is closed; the next one goes on.
            }
            catch (Exception cause)
            {
                // Whatever it is, it costs space only. The next entry that is let go of after the pause, or the next start, tries again.
                Failed(cause);
                Log.VolumeCareFailed(logger, files.Paths.Volumes, cause);
            }
        }
    }

    private void Failed(Exception cause)
    {
        lock (_lock)
        {
            _pause = _trouble is null ? ShortestPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
            _failedAt = files.Time.GetTimestamp();
            _trouble = $"Volumes in '{files.Paths.Volumes}' are not compacted. Nothing is lost, but their space is not freed. {cause.Message} It is tried again when more is stored or deleted here; the log has more of it.";
            _isWoken = false;
        }
    }

    private bool TryGoOn()
    {
        lock (_lock)
        {
            _isRunning = _isWoken && !_isStopped;
            _isWoken = false;
            return _isRunning;
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        foreach (var volume in files.Volumes.All.Where(volume => volume.WantsCheckpoint))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Volumes.WriteCheckpoint(volume);
        }
        if (files.Volumes.Unreadable is not null)
        {
            // Nobody knows which removals and tombstones it still needs.
            return;
        }
        var stuck = new List<Volume>();
        while (Next(stuck) is { } volume)
        {
            if (!await CompactAsync(volume, cancellationToken).ConfigureAwait(false))
            {
                stuck.Add(volume);
            }
        }
        if (stuck.Count > 0)
        {
            throw new StorageException(StorageFailure.Failing, $"Some of '{stuck[0].Path}' cannot be read, so it is kept. Check the disk if this repeats.");
        }
    }

    private Volume? Next(List<Volume> stuck)
    {
        var full = files.Volumes.All.Where(volume => volume.IsSealed && !stuck.Contains(volume)).ToList();
        var small = full.Where(volume => volume.Length < files.Packing.VolumeSize / 4).ToList();
        return full.Find(IsWorthIt) ?? (small.Count > MostSmall ? small[0] : null);
    }

    /// <summary>Half of it is garbage; where the disk is nearly full, a tenth.</summary>
    private bool IsWorthIt(Volume volume)
    {
        var garbage = volume.Length - files.Index.LiveIn(volume.Number);
        return garbage > 0 && garbage >= volume.Length / (files.Space.Available(out _) < SpaceGauge.FullBelow ? 10 : 2);
    }

    /// <summary>False when some of it could not be read: then it stays, since another time it may be read, and it may be the only copy.</summary>
    private async Task<bool> CompactAsync(Volume volume, CancellationToken cancellationToken)
    {
        var entries = files.Volumes.EntriesOf(volume);
        var isMoved = true;
        foreach (var some in entries.Chunk(MovedAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var moved = await Task.WhenAll(some.Select(entry => MoveAsync(volume, entry, cancellationToken))).ConfigureAwait(false);
            isMoved &= moved.All(static one => one);
        }
        // What the entries are may have been read anew, and less of them than there is: what counts says whether something is left.
        if (!isMoved || files.Index.LiveIn(volume.Number) > 0)
        {
            return false;
        }
        files.Volumes.Retire(volume, entries);
        Log.VolumeCompacted(logger, volume.Path, entries.Count, volume.Length);
        return true;
    }

    /// <summary>False when it could not be read. Then it is marked, so that another machine's copy takes its place; after that it counts no more.</summary>
    private async Task<bool> MoveAsync(Volume volume, PlacedEntry placed, CancellationToken cancellationToken)
    {
        var (entry, from) = (placed.Entry, placed.Entry.PlaceAt(volume.Number, placed.Offset));
        using var held = await files.Locks.EnterAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        if (!files.Index.Counts(entry.Id, from))
        {
            return true;
        }
        var rented = ArrayPool<byte>.Shared.Rent(entry.Length);
        try
        {
            var bytes = rented.AsMemory(0, entry.Length);
            var checksum = EntryBytes.Read(volume, from, bytes.Span, out var unreadable);
            if (unreadable is not null)
            {
                Log.VolumeEntryUnreadable(logger, entry.Id, volume.Path, unreadable);
                if (entry.Kind == VolumeEntryKind.Replica)
                {
                    files.Index.MarkDamaged(entry.Id, entry.Sequence);
                    return false;
                }
                // Of anything else, all that there is to it is known.
            }
            if (!EntryBytes.AreWhole(bytes.Span, volume.Tag))
            {
                // Marked, and copied with the rest.
                files.Index.MarkDamaged(entry.Id, entry.Sequence);
            }
            var append = new VolumeAppend(entry, bytes.Slice(VolumeEntry.HeadSize, entry.TrailerLength), checksum, bytes.Slice(from.ContentAt, entry.ContentLength));
            var moved = await files.Log.AppendAsync(append).ConfigureAwait(false);
            files.Index.Move(entry.Id, from, moved.Place);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
