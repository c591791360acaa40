using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>
/// Watches the free space. The disk is asked once a second in the background, so that who only wants to know never waits for it; between, what was written since is taken off.
/// Space promised to writes that have begun counts as used, so that writes begun together cannot eat the reserve together. Thread-safe.
/// </summary>
internal sealed class SpaceGauge(IDisk disk, string root, long? reserve, TimeProvider time) : IDisposable
{
    /// <summary>The store calls itself full while it can still take this much: peers hear of it only a heartbeat later.</summary>
    public const long FullBelow = 64L * 1024 * 1024;

    /// <summary>A disk that has not answered for so long counts as failing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const long GiB = 1024L * 1024 * 1024;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private DiskSpace _space;
    private long? _askedAt;
    private long? _waitingSince;
    private string? _failure;
    private long _written;
    private long _writtenBefore;
    private long _promised;
    private int _ranFull;

    /// <summary>Free space that replicas leave alone on a disk of this size.</summary>
    public static long DefaultReserveOf(long total) => total < 20 * GiB ? total / 20 : Math.Max(total / 100, GiB);

    /// <summary>Bytes that replicas may still take, 0 or more, as the disk told last. Never waits for it.</summary>
    /// <param name="failure">Why the disk does not tell; <see langword="null"/> when it does.</param>
    public long Available(out string? failure)
    {
        lock (_lock)
        {
            failure = _waitingSince is { } since && time.GetElapsedTime(since) >= Patience
                ? $"The disk of '{root}' has not answered for {time.GetElapsedTime(since).TotalSeconds:0} s. Is it mounted, and does it work?"
                : _failure;
            return failure is null ? Math.Max(0, AboveReserve) : 0;
        }
    }

    /// <summary>Asks the disk, and from now on once a second.</summary>
    /// <exception cref="StorageException">The disk does not tell.</exception>
    public void Watch()
    {
        Ask();
        _timer = time.CreateTimer(static gauge => ((SpaceGauge)gauge!).AskInBackground(), this, AskAgain, AskAgain);
    }

    /// <summary>Sets bytes aside for a write that begins.</summary>
    /// <exception cref="StorageException">They would go into the reserve, or the disk does not tell.</exception>
    public void Promise(long bytes)
    {
        if (IsOld())
        {
            Ask();
        }
        lock (_lock)
        {
            var available = AboveReserve;
            if (bytes > available)
            {
                throw DiskErrors.Make(
                    StorageFailure.Full,
                    "store in",
                    root,
                    $"{bytes} bytes are needed and {Math.Max(0, available)} are free above the reserve of {Reserve}");
            }
            _promised += bytes;
        }
    }

    /// <summary>Bytes promised have been written.</summary>
    public void Wrote(long bytes)
    {
        lock (_lock)
        {
            _promised -= bytes;
            _written += bytes;
        }
    }

    /// <summary>Bytes have been written that were not promised, or whose promise is withdrawn.</summary>
    public void Used(long bytes)
    {
        lock (_lock)
        {
            _written += bytes;
        }
    }

    /// <summary>Bytes promised will not be written.</summary>
    public void Withdraw(long bytes)
    {
        lock (_lock)
        {
            _promised -= bytes;
        }
    }

    /// <summary>The disk ran full, whatever it said before; it is believed again when it is asked next.</summary>
    public void RanFull()
    {
        lock (_lock)
        {
            _space = _space with { Free = 0 };
            _ranFull++;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private long Reserve => reserve ?? DefaultReserveOf(_space.Total);

    private long AboveReserve => _space.Free - (_written - _writtenBefore) - _promised - Reserve;

    private bool IsOld()
    {
        lock (_lock)
        {
            return _askedAt is not { } asked || time.GetElapsedTime(asked) >= AskAgain;
        }
    }

    private void AskInBackground()
    {
        lock (_lock)
        {
            if (_waitingSince is not null)
            {
                // A disk that hangs holds one thread, not one a second.
                return;
            }
            _waitingSince = time.GetTimestamp();
        }
        string? failure = null;
        try
        {
            if (IsOld())
            {
                Ask();
            }
        }
        catch (Exception cause)
        {
            // Told as the store's state; nobody else waits for this.
            failure = cause.Message;
        }
        lock (_lock)
        {
            (_waitingSince, _failure) = (null, failure);
        }
    }

    /// <summary>Outside the lock: it may take as long as the disk likes. What is written meanwhile is taken off, whether the disk saw it or not.</summary>
    private void Ask()
    {
        long asked, written;
        int ranFull;
        lock (_lock)
        {
            (asked, written, ranFull) = (time.GetTimestamp(), _written, _ranFull);
        }
        var space = disk.SpaceOf(root);
        lock (_lock)
        {
            if (_askedAt is null || asked >= _askedAt)
            {
                (_space, _askedAt, _writtenBefore) = (ranFull == _ranFull ? space : space with { Free = 0 }, asked, written);
            }
            _failure = null;
        }
    }
}
